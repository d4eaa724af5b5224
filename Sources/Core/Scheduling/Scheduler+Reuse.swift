import Shared

/// What published packages are known by later, and jobs that end without a build because their dependencies look the same.
extension Scheduler {
    /// Stores what later plans want to know of the job's package.
    mutating func keepFacts(of id: JobID, _ package: PublishedRecord) {
        guard let run = durable.runs[id.run], let plan = run.plan, let job = plannedJob(id) else { return }
        let cutoffKey = outputs(for: job, in: run).map { outputs in
            var keys = BuildKeys()
            return keys.cutoff(own: job.ownKey, outputs: outputs)
        }
        let facts = PackageFacts(
            slot: job.slot, repository: job.repository, use: job.use, ownKey: job.ownKey, ingredients: job.ingredients,
            dependencies: job.marks(among: plan.jobs), cutoffKey: cutoffKey, published: now)
        record(.package(farm: run.record.request.farm, package, facts, of: id))
    }

    /// The published package that the job's build would give again, for all that dependents can see; nil while something
    /// it waits for is missing.
    func cutoff(of id: JobID) -> PublishedRecord? {
        guard let run = durable.runs[id.run], let job = plannedJob(id), !job.candidates.isEmpty, !job.isForced,
            run.jobs[Int(id.index)].record.state == .waiting, let outputs = outputs(for: job, in: run)
        else { return nil }
        var keys = BuildKeys()
        return job.cutoff(outputs: outputs, &keys)
    }

    /// nil when one is missing or has an output that is not known.
    private func outputs(for job: PlannedJob, in run: Snapshot.Run) -> [ContentDigest]? {
        var outputs: [ContentDigest] = []
        outputs.reserveCapacity(job.waitsFor.count)
        for needed in job.waitsFor {
            guard let output = run.jobs[Int(needed)].record.result?.output else { return nil }
            outputs.append(output)
        }
        return outputs
    }

    /// The package of a job that ends without a build: the next plan finds it by its build key.
    mutating func keepFacts(ofCutOff id: JobID, _ package: PublishedRecord) -> PublishedRecord {
        var same = package
        same.buildKey = plannedJob(id)?.buildKey ?? package.buildKey
        keepFacts(of: id, same)
        return same
    }

    /// Ends all jobs of a run that can be ended so: when the run begins, and after a restart.
    mutating func endCutOff(in run: RunID) {
        for index in durable.runs[run]?.jobs.indices ?? 0..<0 {
            let id = JobID(run: run, index: Int32(index))
            guard let package = cutoff(of: id) else { continue }
            let same = keepFacts(ofCutOff: id, package)
            end(id, .cached, with: same, reason: Planner.cutoffReason(same))
        }
    }
}

/// Packages that a second pass has replaced.
extension Scheduler {
    /// Paths of what was built against the base image and has been built again since.
    func replacedPaths(in run: Snapshot.Run) -> [String] {
        guard let plan = run.plan else { return [] }
        var paths: [String] = []
        for job in plan.jobs {
            guard let first = job.replaces, let package = run.jobs[Int(job.index)].record.result,
                let replaced = run.jobs[Int(first)].record.result, replaced.path != package.path
            else { continue }
            paths.append(replaced.path)
        }
        return paths
    }

    /// Withdraws what ended runs have replaced, once no run of the farm is under way that may still want it.
    mutating func withdrawReplaced(farm: String) {
        let runs = durable.runs.values.filter { $0.record.request.farm == farm }
        guard runs.allSatisfy(\.record.state.isEnd) else { return }
        let paths = Set(runs.flatMap(replacedPaths))
        if !paths.isEmpty { effects.append(.withdraw(farm: farm, paths: paths.sorted())) }
    }
}
