import Shared

/// Leases from being given to their end.
extension Scheduler {
    func liveAttempt(of id: JobID) -> AttemptID? {
        durable[id]?.live.map { AttemptID(job: id, fence: $0.fence) }
    }

    /// Gives the most urgent jobs to the workers with most room.
    mutating func dispatch() {
        guard storageProblem == nil else { return }
        var aside: [ReadyJob] = []
        while let worker = roomiestWorker(), let job = popReady() {
            if leader(of: job.id) != nil {
                place(job.id, .following)
                continue
            }
            guard let chosen = choose(worker, for: job.id) else {
                aside.append(job)
                continue
            }
            lease(job.id, to: chosen)
        }
        for job in aside { ready.push(job) }
    }

    private mutating func popReady() -> ReadyJob? {
        while let job = ready.pop() {
            if isQueued(job.id), durable[job.id]?.record.state == .waiting { return job }
        }
        return nil
    }

    /// The worker with most room, unless the job has failed there before and there is another.
    private func choose(_ roomiest: WorkerName, for id: JobID) -> WorkerName? {
        guard let attempts = durable[id]?.attempts, !attempts.isEmpty else { return roomiest }
        let tried = Set(attempts.map(\.record.worker))
        guard tried.contains(roomiest) else { return roomiest }
        let others = workerStates.filter { !tried.contains($0.key) && $0.value.connected && $0.value.slots > 0 }
        let withRoom = others.filter { $0.value.free > 0 }.map { IdleWorker(name: $0.key, free: $0.value.free) }
        if let other = withRoom.min() { return other.name }
        // What it brought upon a worker by itself waits for another one; what the worker's loss did to it does not.
        let failedHere = attempts.contains { attempt in
            if attempt.record.worker == roomiest, case .failed = attempt.record.end { true } else { false }
        }
        return failedHere && !others.isEmpty ? nil : roomiest
    }

    private mutating func lease(_ id: JobID, to worker: WorkerName) {
        guard let run = durable.runs[id.run]?.record, let offer = workerStates[worker]?.offer else { return }
        let attempt = AttemptID(job: id, fence: Fence(rawValue: durable.lastFence.rawValue + 1))
        var attemptRecord = AttemptRecord(
            worker: worker, started: now, cores: max(1, offer.cores / max(1, offer.slots)))
        let work: Assignment.Work
        if let job = plannedJob(id) {
            attemptRecord.buildID = nextBuildID(farm: run.request.farm, job.cpv)
            work = .build(
                BuildTask(
                    cpv: job.cpv, slot: job.slot, repository: job.repository, buildID: attemptRecord.buildID,
                    use: job.use, iuse: job.iuse, jobs: attemptRecord.cores,
                    dependencies: dependencies(of: job, in: id.run), limits: run.request.buildLimits))
        } else {
            work = .resolve(
                ResolveTask(
                    targets: run.request.targets, emptytree: run.request.emptytree,
                    limits: run.request.resolveLimits))
        }
        place(id, .none)
        record(.attempt(attempt, attemptRecord))
        update(id) { job in
            job.state = .leased
            job.notBefore = nil
        }
        hold(attempt, by: worker)
        effects.append(
            .assign(
                worker,
                Assignment(attempt: attempt, farm: run.request.farm, image: run.request.image, work: work)))
    }

    private mutating func nextBuildID(farm: String, _ cpv: CPV) -> Int32 {
        let number = (durable.buildIDs[Snapshot.FarmPackage(farm: farm, cpv: cpv)] ?? 0) + 1
        record(.buildID(farm: farm, cpv, number))
        return number
    }

    private func dependencies(of job: PlannedJob, in run: RunID) -> [DependencyPackage] {
        guard let jobs = durable.runs[run]?.jobs else { return [] }
        return job.waitsFor.compactMap { jobs[Int($0)].record.result?.dependency }
    }

    /// Counts the lease against its worker, from now on for one lease's time or as long as is said.
    mutating func hold(_ id: AttemptID, by worker: WorkerName, for time: Int64? = nil) {
        let deadline = now + (time ?? policy.lease)
        leases[id] = Lease(worker: worker, deadline: deadline)
        workerStates[worker, default: WorkerState()].running.append(id)
        setTimer(.lease(id), at: deadline)
        offerRoom(of: worker)
    }

    /// The slot comes back. What becomes of the job is the caller's to say.
    mutating func endLease(_ id: AttemptID, as end: AttemptEnd, _ resources: Resources? = nil) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        workerStates[lease.worker]?.running.removeAll { $0 == id }
        offerRoom(of: lease.worker)
        guard var attempt = attemptRecord(id) else { return }
        attempt.end = end
        attempt.ended = now
        attempt.resources = resources
        record(.attempt(id, attempt))
    }

    func attemptRecord(_ id: AttemptID) -> AttemptRecord? {
        durable[id.job]?.attempts.last { $0.fence == id.fence }?.record
    }

    /// The worker will not bring this attempt's end.
    mutating func lose(_ id: AttemptID, _ reason: String) {
        endLease(id, as: .lost(reason))
        effects.append(.note("run \(id.job.run): \(name(of: id.job)) is leased again: \(reason)"))
        retry(id.job, after: Failure(.workerLost, reason))
    }

    /// The worker gives the attempt back; nothing speaks against the job.
    mutating func release(_ id: AttemptID, _ reason: String) {
        endLease(id, as: .released(reason))
        update(id.job) { $0.state = .waiting }
        releaseFollowers(of: id.job)
        enqueueIfReady(id.job)
    }

    mutating func finish(_ id: AttemptID, at worker: WorkerName, _ outcome: Outcome, _ resources: Resources) {
        workerStates[worker]?.lastSeen = now
        guard let lease = leases[id], lease.worker == worker else { return answerAgain(id, at: worker) }
        switch outcome {
        case .package(let package) where !id.job.isResolving:
            endLease(id, as: .finished(package), resources)
            update(id.job) { $0.state = .publishing }
            publications.insert(id)
            publish(id)
        case .resolution(let document) where id.job.isResolving:
            endLease(id, as: .finished(document), resources)
            update(id.job) { $0.state = .publishing }
            effects.append(.plan(id, id.job.run, document))
        case .failure(let failure) where failure.failureClass == .cancelled:
            // Nobody here cancelled it: it would not be live. The worker has its own reasons.
            let lost = Failure(.workerLost, "worker \(worker) gave it up: \(failure.reason)")
            endLease(id, as: .failed(lost), resources)
            retry(id.job, after: lost)
        case .failure(let failure):
            endLease(id, as: .failed(failure), resources)
            retry(id.job, after: failure)
        case .package, .resolution:
            let failure = Failure(.invalidPackage, "worker \(worker) brought something else than was asked for")
            endLease(id, as: .failed(failure), resources)
            fail(id.job, failure)
        }
        effects.append(.settle(worker, id, accepted: true, reason: ""))
    }

    /// A Finished for a lease that is not live: said again, or too late.
    private mutating func answerAgain(_ id: AttemptID, at worker: WorkerName) {
        let attempt = attemptRecord(id)
        let isSettled = attempt?.worker == worker && attempt?.end?.isSettled == true
        let reason = isSettled ? "" : refusalReason(attempt, worker)
        effects.append(.settle(worker, id, accepted: isSettled, reason: reason))
    }

    func refusalReason(_ attempt: AttemptRecord?, _ worker: WorkerName) -> String {
        guard let attempt, attempt.worker == worker else { return "this attempt was never leased to \(worker)" }
        switch attempt.end {
        case .lost(let reason): return "the lease has ended: \(reason)"
        case .released(let reason): return "it was given back: \(reason)"
        case .cancelled: return "the run was cancelled"
        case .finished, .failed, nil: return "the attempt has ended"
        }
    }
}
