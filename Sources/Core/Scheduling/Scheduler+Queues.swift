import Shared

/// Ready jobs, queued by what they need of a host.
extension Scheduler {
    /// Where the job waits: by what its history and its own failed attempts say.
    func kind(of id: JobID) -> JobQueue.Kind {
        let farm = durable.runs[id.run]?.record.request.farm ?? ""
        let attempts = durable[id]?.attempts ?? []
        let need = Need(plannedJob(id)?.expected, after: attempts)
        let only = claim?.kind.only == id ? id : nil
        guard !attempts.isEmpty else { return JobQueue.Kind(farm: farm, need: need, only: only) }
        var failedAt: Set<WorkerName> = []
        var lostAt: Set<WorkerName> = []
        for attempt in attempts.lazy.map(\.record) {
            switch attempt.end {
            // Said by the worker itself: its engine is broken, for one.
            case .failed(let failure)
            where failure.failureClass == .workerLost || Retry.rule(for: failure.failureClass, policy).elsewhere:
                failedAt.insert(attempt.worker)
            case .lost: lostAt.insert(attempt.worker)
            case .failed, .finished, .released, .cancelled, nil: break
            }
        }
        return JobQueue.Kind(farm: farm, need: need, failedAt: failedAt.sorted(), lostAt: lostAt.sorted(), only: only)
    }

    mutating func enqueue(_ id: JobID) {
        guard !isQueued(id), let run = durable.runs[id.run]?.record else { return }
        place(id, .queued)
        push(id, run)
    }

    /// Puts a job that is queued into the queue where it belongs now.
    mutating func push(_ id: JobID, _ run: RunRecord) {
        let position = queue(kind(of: id))
        var job = ReadyJob(id: id, priority: run.request.priority, path: 0, dependents: 0, nameRank: 0)
        if !id.isResolving, let progress = progress[id.run] {
            job.path = policy.priorities?[Int(id.index)] ?? progress.path[Int(id.index)]
            job.dependents = progress.dependents(of: id.index).count
            job.nameRank = progress.nameRank[Int(id.index)]
        }
        queues[position].jobs.push(job)
    }

    mutating func place(_ id: JobID, _ place: Progress.Place) {
        let wasQueued = isQueued(id)
        if id.isResolving {
            if place == .queued { unresolved.insert(id.run) } else { unresolved.remove(id.run) }
        } else {
            progress[id.run]?.places[Int(id.index)] = place
        }
        let change = (place == .queued ? 1 : 0) - (wasQueued ? 1 : 0)
        guard change != 0 else { return }
        readyJobs += change
        if !id.isResolving { readyPath += Int64(change) * (progress[id.run]?.path[Int(id.index)] ?? 0) }
    }

    func isQueued(_ id: JobID) -> Bool {
        if id.isResolving { return unresolved.contains(id.run) }
        return progress[id.run]?.places[Int(id.index)] == .queued
    }

    private mutating func queue(_ kind: JobQueue.Kind) -> Int {
        if let position = queuePositions[kind] { return position }
        // Kinds of jobs that failed somewhere come and go.
        if queues.count > 64, queues.count > 2 * queues.count(where: { !$0.jobs.elements.isEmpty || $0.kind.isCommon })
        {
            queues.removeAll { $0.jobs.elements.isEmpty && !$0.kind.isCommon }
            queuePositions = Dictionary(uniqueKeysWithValues: queues.indices.map { (queues[$0].kind, $0) })
        }
        queues.append(JobQueue(kind))
        queuePositions[kind] = queues.count - 1
        return queues.count - 1
    }

    /// The queue whose first job is to be leased next, of those that may find room: resolving first, then runs of higher
    /// priority, then farms with less work under way, then the most urgent job.
    mutating func mostUrgentQueue() -> Int? {
        var best: (position: Int, job: ReadyJob)?
        for position in queues.indices {
            guard let job = firstJob(position), queues[position].candidates?.elements.isEmpty != true,
                farmProblems[queues[position].kind.farm] == nil
            else { continue }
            if let other = best, !goes(job, position, before: other.job, other.position) { continue }
            best = (position, job)
        }
        return best?.position
    }

    private func goes(_ job: ReadyJob, _ position: Int, before other: ReadyJob, _ otherPosition: Int) -> Bool {
        let farm = queues[position].kind.farm
        let otherFarm = queues[otherPosition].kind.farm
        if farm != otherFarm, job.id.isResolving == other.id.isResolving, job.priority == other.priority {
            let load = farmLoads[farm] ?? 0
            let otherLoad = farmLoads[otherFarm] ?? 0
            if load != otherLoad { return load < otherLoad }
        }
        return job < other
    }

    /// Drops what is not queued here any more.
    mutating func firstJob(_ position: Int) -> ReadyJob? {
        while let job = queues[position].jobs.first {
            if isQueued(job.id), let stored = durable[job.id], stored.record.state == .waiting,
                (stored.attempts.isEmpty && queues[position].kind.only == nil)
                    || kind(of: job.id) == queues[position].kind
            {
                return job
            }
            _ = queues[position].jobs.pop()
        }
        queues[position].candidates = nil
        queues[position].blockedSince = nil
        return nil
    }
}
