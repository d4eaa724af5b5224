package import Shared

/// What a person may have meant by the name of a package that is not there.
package enum NearNames {
    private static let most = 5

    /// Other versions, slots and forms of the package first, then what is fewest edits away; what is too far away is no help.
    /// - Parameter sets: what may be meant by `@set`.
    package static func of(
        _ pattern: PackagePattern, among packages: [CPV], sets: some Sequence<String> = []
    ) -> [String] {
        switch pattern.kind {
        case .set(let name): return nearest(to: name, among: Set(sets))
        case .atom(let atom):
            var names = atom
            names.version = nil
            let others = Set(packages.filter(names.matches)).sorted()
            if !others.isEmpty { return others.prefix(most).map(\.description) }
            // Where it is forgotten which is the category, names tell more than what is before them.
            guard let category = atom.category else { return nearest(to: atom.name, among: packages, named: \.name) }
            return nearest(to: "\(category)/\(atom.name)", among: packages, named: \.cp)
        }
    }

    private static func nearest(to text: String, among sets: Set<String>) -> [String] {
        nearest(to: text, Dictionary(uniqueKeysWithValues: sets.map { ($0, $0) }))
    }

    private static func nearest(
        to text: String, among packages: [CPV], named name: KeyPath<CPV, String>
    ) -> [String] {
        nearest(
            to: text, Dictionary(packages.map { ($0.cp, $0[keyPath: name]) }, uniquingKeysWith: { first, _ in first }))
    }

    /// - Parameter names: of each candidate, what is compared.
    private static func nearest(to text: String, _ names: [String: String]) -> [String] {
        let wanted = Array(text.lowercased().utf8)
        let limit = max(2, wanted.count / 3)
        return names.compactMap { candidate, name in
            EditDistance.between(wanted, Array(name.lowercased().utf8), atMost: limit).map { (distance: $0, candidate) }
        }
        .sorted { $0 < $1 }.prefix(most).map(\.1)
    }
}
