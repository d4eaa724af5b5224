import Core
import Shared

/// Which two builds of a package a person wants to see beside each other.
struct ComparedBuilds {
    /// A package that runs had: the same file in all of them.
    struct Build {
        /// The earliest that had it.
        var run: RunID
        var runs: Set<RunID>
        let farm: String
        let planned: PlannedJob
        let record: PublishedRecord

        /// Published files never change.
        fileprivate var file: [String] { [farm, record.path] }
    }

    let from: Build
    let to: Build

    /// - Parameters:
    ///   - builds: of one package, the newest first.
    ///   - pattern: what the newer one must be.
    ///   - run: that has the newer one; nil: the newest.
    ///   - since: the run that has the older one; nil: the newest other one before it, of the same farm and slot.
    ///   - exists: whether a build's file is still there.
    init(
        _ builds: [PastPackages.Build], meant pattern: PackagePattern, run: RunID?, since: RunID?,
        exists: (Build) -> Bool
    ) throws(Refusal) {
        let known = Self.distinct(builds)
        let meant = known.filter { $0.planned.isMeant(by: pattern) && (run.map($0.runs.contains) ?? true) }
        let package = known.first?.planned.cpv.cp ?? pattern.text
        guard let newest = meant.first else {
            let place = run.map { "run \($0) has no package" } ?? "no run has a package"
            throw Refusal(.notFound, "\(place) \(pattern.text)", "farmctl history \(package) lists its builds")
        }
        let there = meant.filter(exists)
        guard let to = there.first else { throw Self.gone(newest) }
        let slots = Set(there.map(\.planned.slot))
        guard run == nil || slots.count == 1 else {
            throw .several(pattern.text, Set(there.map(\.planned.cpv)).sorted().map(\.description), in: run)
        }
        self.to = to
        let older = known.filter { build in
            build.file != to.file
                && (since.map { since in build.runs.contains(since) && build.planned.slot == to.planned.slot }
                    ?? (build.run < to.run && build.farm == to.farm && build.planned.slot == to.planned.slot))
        }
        guard let last = older.first else {
            throw Refusal(
                .notFound,
                since.map { "run \($0) has no other \(package):\(to.planned.slot) than run \(to.run)" }
                    ?? "there is no earlier build of \(package):\(to.planned.slot) in \(to.farm) than that of run \(to.run)",
                "farmctl history \(package) lists its builds; --run and --since choose among them")
        }
        guard let from = older.first(where: exists) else { throw Self.gone(last) }
        self.from = from
    }

    private static func distinct(_ builds: [PastPackages.Build]) -> [Build] {
        var known: [Build] = []
        var places: [[String]: Int] = [:]
        for build in builds {
            var found = Build(
                run: build.run, runs: [build.run], farm: build.farm, planned: build.planned, record: build.record)
            guard let place = places[found.file] else {
                places[found.file] = known.count
                known.append(found)
                continue
            }
            // An earlier run, as the newest come first.
            found.runs.formUnion(known[place].runs)
            known[place] = found
        }
        return known
    }

    private static func gone(_ build: Build) -> Refusal {
        Refusal(
            .notFound, "the package \(build.record.path) that run \(build.run) built is not there any more",
            "a newer build has replaced it, and `farmctl binhost gc` or a rollback removed it; releases keep theirs")
    }
}
