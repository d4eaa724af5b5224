import Shared

/// What a client finds in one state of a binhost and not in another. It takes the newest build of each version, and so
/// older ones that lie beside it are no difference.
struct ReleaseDifference: Equatable, Sendable {
    /// Where both states have the version, by the newest build of each.
    struct Rebuilt: Equatable, Sendable {
        let from: PublishedPackage
        let to: PublishedPackage
    }

    let added: [PublishedPackage]
    let removed: [PublishedPackage]
    let rebuilt: [Rebuilt]

    init(from old: [PublishedPackage], to new: [PublishedPackage]) {
        let before = Self.newest(of: old)
        let after = Self.newest(of: new)
        added = Self.sorted(after.filter { before[$0.key] == nil }.values)
        removed = Self.sorted(before.filter { after[$0.key] == nil }.values)
        rebuilt = Self.sorted(after.values).compactMap { package in
            guard let earlier = before[package.cpv], earlier.sha256 != package.sha256 else { return nil }
            return Rebuilt(from: earlier, to: package)
        }
    }

    private static func newest(of packages: [PublishedPackage]) -> [CPV: PublishedPackage] {
        Dictionary(packages.map { ($0.cpv, $0) }) { $0.buildID > $1.buildID ? $0 : $1 }
    }

    private static func sorted(_ packages: some Sequence<PublishedPackage>) -> [PublishedPackage] {
        packages.sorted { $0.cpv.description < $1.cpv.description }
    }
}
