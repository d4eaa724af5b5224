package import Shared

/// What a person may have meant by the name of a package that is not there.
package enum NearNames {
    private static let most = 5

    /// Other versions of the package first, then what is fewest edits away; what is too far away is no help.
    /// - Parameter text: a cpv, `cat/pkg`, or `pkg`.
    package static func of(_ text: String, among packages: [CPV]) -> [String] {
        if let wanted = try? CPV(text) {
            let versions = Set(packages.filter { $0.cp == wanted.cp }).sorted()
            if !versions.isEmpty { return versions.prefix(most).map(\.description) }
        }
        let wanted = Array((try? CPV(text))?.cp.lowercased().utf8 ?? text.lowercased().utf8)
        let hasCategory = text.contains("/")
        let limit = max(2, wanted.count / 3)
        var distances: [String: Int] = [:]
        for package in packages where distances[package.cp] == nil {
            let name = Array((hasCategory ? package.cp : package.name).lowercased().utf8)
            distances[package.cp] = EditDistance.between(wanted, name, atMost: limit) ?? limit + 1
        }
        return distances.filter { $0.value <= limit }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .prefix(most).map(\.key)
    }
}
