/// Category, package name and version of one ebuild, such as `dev-libs/expat-2.5.0-r1`.
///
/// Split as PMS 3.1 and 3.2 say: the version begins at the last hyphen behind which a well-formed version stands.
package struct CPV: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `dev-libs`
    package let category: String
    /// `expat`
    package let name: String
    /// `2.5.0-r1`: version and revision, PMS's PVR.
    package let version: String

    /// `dev-libs/expat`
    package var cp: String { "\(category)/\(name)" }
    /// `expat-2.5.0-r1`
    package var pf: String { "\(name)-\(version)" }
    package var description: String { "\(category)/\(name)-\(version)" }

    package init(_ text: String) throws(CPVError) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, Self.isName(halves[0], first: "_"), !halves[1].isEmpty else {
            throw CPVError(text: text)
        }
        guard let split = Self.splitVersion(halves[1]) else { throw CPVError(text: text) }
        category = String(halves[0])
        name = String(split.name)
        version = String(split.version)
    }

    package static func < (left: CPV, right: CPV) -> Bool { left.description < right.description }

    static func splitVersion(_ pf: Substring) -> (name: Substring, version: Substring)? {
        var hyphens = pf.indices.filter { pf[$0] == "-" }
        // The leftmost split wins only for `-rN`: "a-1-r1" is a, 1-r1. Otherwise the last hyphen is the one.
        if hyphens.count > 1, let last = hyphens.last, PackageVersion.isRevision(pf[pf.index(after: last)...]) {
            hyphens.removeLast()
        }
        guard let hyphen = hyphens.last else { return nil }
        let name = pf[..<hyphen]
        let version = pf[pf.index(after: hyphen)...]
        guard PackageVersion.isWellFormed(version), isName(name, first: "_+") else { return nil }
        return (name, version)
    }

    static func isName(_ text: Substring, first extra: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter || first.isNumber || extra.contains(first) else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+_.-".contains($0)) }
    }
}

/// The text is no category, package name and version.
package struct CPVError: Error, CustomStringConvertible {
    package let text: String
    package var description: String { "'\(text)' is not a package with version, such as dev-libs/expat-2.5.0" }
}

extension CPV: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        try self.init(container.decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
