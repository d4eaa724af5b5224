import Core
import Shared

/// The one job that a person means.
struct JobChoice {
    enum Purpose {
        /// How the job stands.
        case state
        /// What its build printed.
        case log
    }

    /// Newest first.
    let runs: [(id: RunID, run: Snapshot.Run)]
    let purpose: Purpose

    /// In the newest run that has the package. A cached job has no log: where one is wanted, its build's in an earlier run is.
    func job(_ filter: JobFilter) throws(Refusal) -> JobID {
        let planned = runs.filter { $0.run.plan != nil }
        for mustHaveLog in purpose == .log ? [true, false] : [false] {
            for (id, run) in planned {
                let jobs = (run.plan?.jobs ?? []).lazy.filter { planned in
                    let job = run.jobs[Int(planned.index)]
                    return filter.accepts(job.record.state) && (!mustHaveLog || !job.attempts.isEmpty)
                }
                switch PackageChoice(filter, in: jobs) {
                case .found(let found):
                    if let index = choose(found, in: run) { return JobID(run: id, index: index) }
                case .several(let packages):
                    throw .several(text(filter), packages.map(\.description), in: id)
                case .none: continue
                }
            }
        }
        guard let first = planned.first else {
            let state = runs.first.map { "run \($0.id) has no plan: it is \($0.run.record.state.rawValue)" }
            throw Refusal(
                .unavailable, state ?? "there is no run yet", "farmctl why resolve tells how its resolving stands")
        }
        guard let pattern = filter.packages.first else {
            let place = planned.count > 1 ? "the last \(planned.count) runs" : "run \(first.id)"
            throw Refusal(
                .notFound, "no package of \(place) is \(text(filter))", "farmctl jobs tells how each of a run stands")
        }
        throw JobFilter.none(of: pattern, filter.states, planned)
    }

    /// As the person said it.
    private func text(_ filter: JobFilter) -> String {
        filter.packages.first?.text ?? filter.states.map(\.rawValue).sorted().joined(separator: " or ")
    }

    /// Of a package and its second pass.
    private func choose(_ jobs: [Int32], in run: Snapshot.Run) -> Int32? {
        switch purpose {
        case .state: jobs.first { !run.jobs[Int($0)].record.state.isEnd } ?? jobs.last
        case .log: jobs.max { lastFence(of: $0, in: run) < lastFence(of: $1, in: run) }
        }
    }

    private func lastFence(of job: Int32, in run: Snapshot.Run) -> UInt64 {
        run.jobs[Int(job)].attempts.last?.fence.rawValue ?? 0
    }
}
