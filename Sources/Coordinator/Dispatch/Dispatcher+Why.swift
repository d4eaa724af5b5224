import Core
import Shared

/// Why a package is built, reused, skipped, or not yet begun.
extension Dispatcher {
    private static let treeSize = 24
    private static let dependentsNamed = 20

    func why(_ request: WireWhyRequest, _ scheduler: Scheduler) throws -> WireWhyAnswer {
        let job = try choose(request.package, request.states, for: .state, run: request.run, scheduler)
        guard let status = view(job, scheduler), let explanation = JobExplanation(job, scheduler),
            let run = scheduler.durable.runs[job.run]
        else { throw Refusal(.notFound, "run \(job.run) has no such job", "farmctl jobs lists the jobs of a run") }
        var answer = WireWhyAnswer()
        answer.job = status
        answer.lines = explanation.lines
        if job.isResolving, let note = takeovers.notes[job.run] { answer.lines.append("It does not end now: \(note).") }
        answer.nowMs = clock.now().milliseconds
        if request.run == 0, let newest = scheduler.durable.runs.keys.max(), newest > job.run,
            let state = scheduler.durable.runs[newest]?.record.state
        {
            answer.lines.append("Run \(newest) is newer, and \(state.rawValue).")
        }
        guard !job.isResolving, !status.state.isEnd else { return answer }
        let tree = WaitTree(before: job.index, in: run, atMost: Self.treeSize)
        for entry in tree.entries {
            guard let status = view(JobID(run: job.run, index: entry.job), scheduler) else { continue }
            answer.waitsFor.append(status)
            answer.depths.append(entry.depth)
        }
        answer.waitsForTotal = Int32(tree.total)
        let dependents = (run.plan?.jobs ?? []).filter {
            $0.waitsFor.contains(job.index) && !run.jobs[Int($0.index)].record.state.isEnd
        }
        answer.waitedForBy = dependents.prefix(Self.dependentsNamed).map(\.cpv.description)
        answer.waitedForByTotal = Int32(dependents.count)
        return answer
    }

    /// The job that a person means: of this run, or for 0 of the newest that has the package; `resolve` is the resolving.
    func choose(
        _ name: String, _ states: [WireJobState], for purpose: JobChoice.Purpose, run number: Int64,
        _ scheduler: Scheduler
    ) throws -> JobID {
        guard !name.isEmpty || !states.isEmpty else {
            throw Refusal(.invalid, "no package is named", PackagePatternError.remedy)
        }
        let runs =
            number == 0
            ? scheduler.durable.runs.keys.sorted(by: >).compactMap { id in
                scheduler.durable.runs[id].map { (id: id, run: $0) }
            } : [try run(number, scheduler)]
        guard let newest = runs.first else { return .resolving(try run(0, scheduler).id) }
        guard name != "resolve" else { return .resolving(newest.id) }
        if name == "image", let run = runs.first(where: { $0.run.record.request.recipe != nil }) {
            return .resolving(run.id)
        }
        return try JobChoice(runs: runs, purpose: purpose).job(try JobFilter(name.isEmpty ? [] : [name], states))
    }
}

extension WireJobState {
    fileprivate var isEnd: Bool { domain?.isEnd ?? false }
}
