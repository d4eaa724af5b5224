package import Shared

extension PlannedJob {
    /// Whether a person who writes this means it, too.
    package func isMeant(by pattern: PackagePattern) -> Bool {
        switch pattern.kind {
        case .set(let name): requestedBy?.contains(name) == true
        case .atom(let atom): atom.matches(cpv, slot: slot, use: use, iuse: iuse, repository: repository)
        }
    }
}

extension PackagePattern {
    /// Packages of different categories, where a name alone was to mean one package.
    /// - Parameter packages: what it matches.
    /// - Returns: `cat/pkg` of each, sorted; nil when it is clear what is meant.
    package func ambiguity(among packages: some Sequence<CPV>) -> [String]? {
        guard let atom, atom.category == nil, !atom.hasWildcard else { return nil }
        let names = Set(packages.map(\.cp))
        return names.count > 1 ? names.sorted() : nil
    }
}
