import Shared

/// What a restart finds.
extension Scheduler {
    /// Works out a stored run's progress and takes its live leases over.
    mutating func restore(_ id: RunID) {
        guard let run = durable.runs[id], !run.record.state.isEnd else { return }
        switch run.record.state {
        case .resolving: enqueueIfReady(.resolving(id))
        case .building: beginBuilding(id)
        case .succeeded, .failed, .cancelled: break
        }
        let open = [JobID.resolving(id)] + run.jobs.indices.map { JobID(run: id, index: Int32($0)) }
        for job in open {
            guard let stored = durable[job] else { continue }
            for attempt in stored.attempts { noteFiles(of: job, at: attempt.record.worker) }
            if stored.record.state == .leased, let attempt = stored.live {
                let need = kind(of: job).need
                hold(
                    AttemptID(job: job, fence: attempt.fence), by: attempt.record.worker,
                    Grant(cores: attempt.record.cores, memory: need.memory, disk: need.disk),
                    for: max(policy.lease, policy.restoredLease))
            } else if stored.record.state == .publishing, let attempt = stored.attempts.last, !job.isResolving {
                publications.insert(AttemptID(job: job, fence: attempt.fence))
            }
        }
    }

    /// Asks again for what the last coordinator had asked its shell for.
    mutating func start() {
        for id in durable.runs.keys.sorted() {
            guard let run = durable.runs[id], run.record.state == .resolving,
                run.resolving.record.state == .publishing, let attempt = run.resolving.attempts.last,
                case .finished(let document) = attempt.record.end
            else { continue }
            askForPlan(AttemptID(job: .resolving(id), fence: attempt.fence), document)
        }
        for id in publications.sorted(by: { $0.fence < $1.fence }) { publish(id) }
        for id in progress.keys.sorted() { endCutOff(in: id) }
        for farm in Set(durable.runs.values.map(\.record.request.farm)).sorted() { withdrawReplaced(farm: farm) }
    }
}
