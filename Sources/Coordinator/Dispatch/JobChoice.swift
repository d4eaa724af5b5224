import Core
import Shared

/// The job that a person means by a package's name.
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
    func job(_ name: String) throws -> JobID {
        let planned = runs.compactMap { id, run in run.plan.map { (id: id, run: run, plan: $0) } }
        for mustHaveLog in purpose == .log ? [true, false] : [false] {
            for (id, run, plan) in planned {
                let jobs = plan.jobs.filter { !mustHaveLog || !run.jobs[Int($0.index)].attempts.isEmpty }
                switch PackageChoice(name, in: jobs) {
                case .found(let found):
                    if let index = choose(found, in: run) { return JobID(run: id, index: index) }
                case .several(let packages):
                    throw Refusal(
                        .invalid, "'\(name)' is \(packages.count) packages in run \(id)",
                        "say which: \(packages.map(\.description).joined(separator: ", "))")
                case .none: continue
                }
            }
        }
        guard let first = planned.first else {
            let state = runs.first.map { "run \($0.id) has no plan: it is \($0.run.record.state.rawValue)" }
            throw Refusal(
                .unavailable, state ?? "there is no run yet", "farmctl why resolve tells how its resolving stands")
        }
        let nearest = NearNames.of(name, among: first.plan.jobs.map(\.cpv))
        let remedy = "nothing in it needs that, or the base image has it; farmctl plan lists what is in it"
        throw Refusal(
            .notFound,
            planned.count > 1
                ? "no package '\(name)' in run \(first.id), nor in the \(planned.count - 1) before it"
                : "no package '\(name)' in run \(first.id)",
            nearest.isEmpty ? remedy : "did you mean \(nearest.joined(separator: ", "))?\n\(remedy)")
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
