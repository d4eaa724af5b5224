import Core
import Shared

/// Which two builds of a package a person wants to see beside each other.
struct ComparedBuilds {
    typealias Build = PastPackages.Build

    let from: Build
    let to: Build

    /// - Parameters:
    ///   - pattern: what the newer one must be.
    ///   - run: that has the newer one; nil: the newest.
    ///   - since: the run that has the older one; nil: what was had last before, of the same farm and slot.
    ///   - builds: of one package, in the runs that are asked for, what was had last first.
    ///   - exists: whether a build's file is still there.
    init(
        of package: String, meant pattern: PackagePattern, run: RunID?, since: RunID?,
        builds: (PastPackages.Runs) throws -> [Build], exists: (Build) -> Bool
    ) throws {
        let meant = try builds(run.map { .only($0) } ?? .all).filter { $0.planned.isMeant(by: pattern) }
        guard let newest = meant.first else {
            let place = run.map { "run \($0) has no package" } ?? "no run has a package"
            throw Refusal(.notFound, "\(place) \(pattern.text)", "farmctl history \(package) lists its builds")
        }
        if let run, Set(meant.map(\.planned.slot)).count > 1 {
            let slots = Set(meant.map { "\($0.planned.cpv):\($0.planned.slot)" }).sorted()
            throw Refusal.several(pattern.text, slots, in: run)
        }
        guard let to = meant.first(where: exists) else { throw Self.gone(newest) }
        let slot = to.planned.slot
        let older = try builds(since.map { .only($0) } ?? .before(run ?? to.lastRun)).filter { build in
            build.file != to.file && build.planned.slot == slot && (since != nil || build.farm == to.farm)
        }
        guard let last = older.first else {
            throw Refusal(
                .notFound,
                since.map { "run \($0) has no other \(package):\(slot) than run \(run ?? to.lastRun)" }
                    ?? "there is no earlier build of \(package):\(slot) in \(to.farm) than that of run \(to.firstRun)",
                "farmctl history \(package) lists its builds; --run and --since choose among them")
        }
        guard let from = older.first(where: exists) else { throw Self.gone(last) }
        self.from = from
        self.to = to
    }

    private static func gone(_ build: Build) -> Refusal {
        Refusal(
            .notFound, "the package \(build.record.path) that run \(build.firstRun) built is not there any more",
            "a newer build has replaced it, and `farmctl binhost gc` or a rollback removed it; releases keep theirs")
    }
}
