internal import Shared

/// What is to be built whatever is published.
struct ForcedPackages {
    private let all: Bool
    private let patterns: [PackagePattern]
    /// Names that are none; whoever asks is refused them earlier.
    private let unreadable: [String]

    /// - Parameter names: as `PackagePattern` reads them; `*` is all.
    init(_ names: Set<String>) {
        all = names.contains("*")
        let names = names.subtracting(["*"]).sorted()
        patterns = names.compactMap { try? PackagePattern($0) }
        unreadable = names.filter { (try? PackagePattern($0)) == nil }
    }

    func contains(_ job: PlannedJob) -> Bool { all || patterns.contains { job.isMeant(by: $0) } }

    /// Each name must mean some of the jobs, and a name without a category one package alone.
    func demand(among jobs: [PlannedJob]) throws(PlanningError) {
        var unknown = unreadable.map { PlanningError.Unknown(name: $0, nearest: []) }
        for pattern in patterns {
            let meant = jobs.filter { $0.isMeant(by: pattern) }
            if let packages = pattern.ambiguity(among: meant.map(\.cpv)) {
                throw .ambiguousForced(pattern.text, packages)
            }
            if meant.isEmpty {
                unknown.append(.init(name: pattern.text, nearest: NearNames.of(pattern, among: jobs.map(\.cpv))))
            }
        }
        guard unknown.isEmpty else { throw .unknownForced(unknown.sorted { $0.name < $1.name }) }
    }
}
