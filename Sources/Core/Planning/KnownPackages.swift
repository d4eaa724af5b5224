package import Shared

/// A farm's published packages, as a planner asks for them.
package struct KnownPackages: Sendable {
    private var byBuildKey: [ContentDigest: PublishedRecord] = [:]
    private var candidatesByOwnKey: [ContentDigest: [Candidate]] = [:]
    private var newestByPlace: [InstallPlace: KnownPackage] = [:]
    private var namesByMark: [UInt32: String] = [:]
    private var upstream: [ContentDigest: (record: PublishedRecord, farm: String)] = [:]

    /// Of one own key and different dependencies; more are not worth their place in a plan.
    private static let candidateLimit = 8

    package init(_ packages: [KnownPackage] = []) {
        // The newest first: of equal ones it is the one to take.
        let sorted = packages.sorted { left, right in
            let times = (left.facts?.published.milliseconds ?? 0, right.facts?.published.milliseconds ?? 0)
            return times.0 == times.1 ? left.record.buildID > right.record.buildID : times.0 > times.1
        }
        byBuildKey.reserveCapacity(sorted.count)
        for package in sorted {
            let record = package.record
            if byBuildKey[record.buildKey] == nil { byBuildKey[record.buildKey] = record }
            guard let facts = package.facts else { continue }
            let place = InstallPlace(cpv: record.cpv, slot: facts.slot)
            if newestByPlace[place] == nil {
                newestByPlace[place] = package
                namesByMark[DependencyMark.place(record.cpv, slot: facts.slot)] = record.cpv.cp
            }
            guard let cutoffKey = facts.cutoffKey else { continue }
            let others = candidatesByOwnKey[facts.ownKey] ?? []
            if others.count < Self.candidateLimit, !others.contains(where: { $0.cutoffKey == cutoffKey }) {
                candidatesByOwnKey[facts.ownKey, default: []].append(Candidate(record: record, cutoffKey: cutoffKey))
            }
        }
    }

    package subscript(buildKey: ContentDigest) -> PublishedRecord? { byBuildKey[buildKey] }

    /// Names packages of another farm that may be taken over where the run's own farm, and those named before, have none
    /// with the same build key. What they look like is not asked: that is known of the own farm's dependencies only.
    package mutating func add(_ packages: [KnownPackage], of farm: String) {
        for package in packages {
            let key = package.record.buildKey
            // The newest of the farm.
            if let known = upstream[key], known.farm != farm || known.record.buildID > package.record.buildID {
                continue
            }
            upstream[key] = (package.record, farm)
        }
    }

    /// A package with the build key that another farm has, and the farm.
    func adoptable(_ buildKey: ContentDigest) -> (record: PublishedRecord, farm: String)? { upstream[buildKey] }

    /// The newest first.
    func candidates(ownKey: ContentDigest) -> [Candidate] { candidatesByOwnKey[ownKey] ?? [] }

    func newest(_ cpv: CPV, slot: String) -> KnownPackage? {
        newestByPlace[InstallPlace(cpv: cpv, slot: slot)]
    }

    /// `category/name` of what a mark stands for.
    func name(of mark: DependencyMark) -> String? { namesByMark[mark.place] }
}
