import Core
import Shared

/// Packages that are used in the place of a build, and such as are taken away.
extension Ledger {
    mutating func checkThere(_ record: PublishedRecord?, _ farm: String, _ binhost: FakeBinhost) {
        guard let record, !binhost.has(record, farm: farm) else { return }
        complain("\(record.path) is used and is not in the binhost")
    }

    /// The job's package is what its build would give, with the packages that the run has for it.
    mutating func checkResult(of id: JobID, _ binhost: FakeBinhost) {
        guard let run = runs[id.run], let record = run.jobs[Int(id.index)].result else { return }
        checkThere(record, run.farm, binhost)
        guard let package = binhost[record.path, run.farm], !isStandIn(id.index, run) else { return }
        let job = run.plan.jobs[Int(id.index)]
        if package.making.substance != scenario.substance(of: job, in: id.run) {
            complain("\(id) has \(record.path), which was made of something else")
        }
        if let inputs = inputs(of: job, run, binhost), inputs != package.making.inputs {
            complain("\(id) has \(record.path), which was built with other packages")
        }
    }

    /// A first package that is not built, as nobody needs it: the second one stands for it.
    private func isStandIn(_ index: Int32, _ run: Book) -> Bool {
        guard let again = run.again[index], let path = run.jobs[Int(again)].result?.path else { return false }
        return path == run.jobs[Int(index)].result?.path
    }

    /// What can be seen of the packages that it waits for; nil when one is missing, or is not what the build would get.
    private func inputs(of job: PlannedJob, _ run: Book, _ binhost: FakeBinhost) -> [UInt64]? {
        var inputs: [UInt64] = []
        for needed in job.waitsFor {
            guard let path = run.jobs[Int(needed)].result?.path, !isStandIn(needed, run),
                let package = binhost[path, run.farm]
            else { return nil }
            inputs.append(package.looks)
        }
        return inputs.sorted()
    }

    /// None of the packages that were known when the run was planned is what the build will give.
    mutating func checkMustBeBuilt(_ id: JobID, _ run: Book, _ binhost: FakeBinhost) {
        let job = run.plan.jobs[Int(id.index)]
        if job.cached != nil { complain("\(id) is built and was cached") }
        // What somebody uses must not be the stand-in of the job that should have been built.
        for needed in job.waitsFor where isStandIn(needed, run) {
            complain("\(id) is built with the second package of job \(needed)")
        }
        guard !job.candidates.isEmpty, !job.isForced, let inputs = inputs(of: job, run, binhost),
            job.waitsFor.allSatisfy({ run.jobs[Int($0)].result?.output != nil })
        else { return }
        let substance = scenario.substance(of: job, in: id.run)
        for candidate in job.candidates {
            guard let making = binhost[candidate.record.path, run.farm]?.making else { continue }
            if making.substance == substance, making.inputs == inputs {
                complain("\(id) is built, and \(candidate.record.path) is what it gives")
            }
        }
    }

    /// What is withdrawn has been replaced, and nobody wants it any more.
    mutating func checkWithdrawn(_ paths: [String], _ farm: String, _ binhost: FakeBinhost) {
        let runs = runs.values.filter { $0.farm == farm }
        if let going = runs.first(where: { !$0.state.isEnd }) {
            complain("\(paths) are withdrawn while a run of \(farm) is \(going.state)")
        }
        for path in paths {
            let isReplaced = runs.contains { run in
                run.again.contains { first, again in
                    guard run.jobs[Int(first)].result?.path == path, let package = run.jobs[Int(again)].result else {
                        return false
                    }
                    return package.path != path && binhost.has(package, farm: farm) && !paths.contains(package.path)
                }
            }
            if !isReplaced { complain("\(path) is withdrawn and nothing replaces it") }
        }
    }
}
