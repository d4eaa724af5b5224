import Core
import Shared

/// What binhosts of others have in place of a planned job's build.
struct ForeignOffer: Sendable {
    let job: PlannedJob
    /// The first to be preferred.
    let packages: [ForeignPackage]

    /// Those of a plan: for jobs that would be built, whatever the reason, but that somebody wants them built.
    ///
    /// Of a package that is built twice (second pass) the last build is the one that stays, so it is meant.
    /// - Parameters:
    ///   - format: packages of another are of no use.
    ///   - known: paths of what the farm ever had; the jobs' builds are not among them.
    ///   - binhost: whose index has this name.
    static func all(
        of plan: Plan, from graph: ResolvedGraph, in format: BinpkgFormat, known: Set<String>,
        binhost: (String) -> ForeignBinhost?
    ) -> [ForeignOffer] {
        var packages: [InstallPlace: [ForeignPackage]] = [:]
        for node in graph.nodes {
            let found = (node.binaries ?? []).compactMap { binary -> ForeignPackage? in
                let path = BinpkgPath(node.cpv, buildID: Int(binary.buildID), format: format)
                guard !known.contains(path.description), let binhost = binhost(binary.index) else { return nil }
                return ForeignPackage(binhost: binhost, binary: binary, format: format)
            }
            if !found.isEmpty { packages[InstallPlace(cpv: node.cpv, slot: node.slot)] = found }
        }
        guard !packages.isEmpty else { return [] }
        let replaced = Set(plan.jobs.compactMap(\.replaces))
        return plan.jobs.compactMap { job in
            // Its licence may let one binhost give it on, and not another.
            guard job.cached == nil, !job.isForced, !job.isLive, !job.packs, !replaced.contains(job.index),
                !job.restrict.contains("bindist"),
                let found = packages[InstallPlace(cpv: job.cpv, slot: job.slot)]
            else { return nil }
            return ForeignOffer(job: job, packages: found)
        }
    }
}
