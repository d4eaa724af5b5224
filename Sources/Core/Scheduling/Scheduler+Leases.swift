import Shared

/// Leases from being given to their end.
extension Scheduler {
    func liveAttempt(of id: JobID) -> AttemptID? {
        durable[id]?.live.map { AttemptID(job: id, fence: $0.fence) }
    }

    mutating func lease(_ id: JobID, to worker: WorkerName, for need: Need) {
        guard let run = durable.runs[id.run]?.record, let state = workerStates[worker] else { return }
        let attempt = AttemptID(job: id, fence: Fence(rawValue: durable.lastFence.rawValue + 1))
        var attemptRecord = AttemptRecord(worker: worker, started: now, cores: cores(for: id, at: state))
        var grant = Grant(cores: attemptRecord.cores, memory: state.reservation(need, policy), disk: need.disk)
        let work: Assignment.Work
        if let job = plannedJob(id) {
            var limits = run.request.buildLimits
            attemptRecord.timeLimit = timeLimit(of: id, cores: grant.cores, at: state, limits)
            limits.timeout = attemptRecord.timeLimit.map { .milliseconds($0) }
            attemptRecord.buildID = nextBuildID(farm: run.request.farm, job.cpv)
            let place =
                job.packs || run.request.worksOnDisk
                ? nil
                : WorkInMemory(
                    job.expected, after: durable[id]?.attempts ?? [], reserved: grant.memory, at: state,
                    freeSlots: state.free(now), policy)
            grant.memory += place?.size ?? 0
            work = .build(
                BuildTask(
                    cpv: job.cpv, slot: job.slot, repository: job.repository, buildID: attemptRecord.buildID,
                    use: job.use, iuse: job.iuse, jobs: attemptRecord.cores,
                    dependencies: dependencies(of: job, in: id.run), distfiles: job.distfiles, limits: limits,
                    pack: job.packs, ccache: run.request.ccache, workInMemory: place?.size,
                    format: run.request.format))
        } else if let recipe = run.request.recipe {
            work = .image(
                ImageTask(
                    context: recipe.context, snapshot: recipe.snapshot, jobs: attemptRecord.cores,
                    limits: run.request.buildLimits))
        } else {
            work = .resolve(
                ResolveTask(
                    targets: run.request.targets, emptytree: run.request.emptytree,
                    limits: run.request.resolveLimits))
        }
        place(id, .none)
        gathered.remove(id)
        record(.attempt(attempt, attemptRecord))
        update(id) { job in
            job.state = .leased
            job.notBefore = nil
        }
        hold(attempt, by: worker, grant)
        noteFiles(of: id, at: worker)
        effects.append(
            .assign(
                worker,
                Assignment(attempt: attempt, farm: run.request.farm, image: run.request.image, work: work)))
    }

    /// Called while the job still is in its queue.
    private func cores(for id: JobID, at worker: WorkerState) -> Int32 {
        let attempts = durable[id]?.attempts ?? []
        let most = attempts.isEmpty ? Int32.max : Retry.coresAfter(attempts)
        switch policy.cores {
        case .fixed: return min(most, max(1, (worker.offer?.cores ?? 1) / Int32(max(1, worker.slots))))
        case .shared where durable.runs[id.run]?.record.request.recipe != nil:
            // It makes one package at a time, for hours perhaps: the other slots get a core each.
            return max(1, min(most, worker.freeCores - Int32(worker.free(now) - 1)))
        case .shared where id.isResolving: return 1
        case .shared: break
        }
        let path = progress[id.run]?.path[Int(id.index)] ?? 0
        let isCritical = isCritical(id)
        let model = BuildModel(plannedJob(id)?.expected, policy)
        let share = CoreShare(
            freeCores: worker.freeCores, freeSlots: worker.free(now), readyJobs: readyJobs, allFreeSlots: freeSlots,
            path: path, meanPath: readyPath / Int64(max(1, readyJobs)),
            isCritical: isCritical,
            usefulCores: model.usefulCores(atLeast: isCritical ? policy.criticalEfficiency : policy.efficiency))
        // What was gathered for it is its own.
        let isGathered = claim?.kind.only == id
        return min(
            isGathered ? min(share.usefulCores, worker.freeCores) : share.cores, most, max(1, worker.offer?.cores ?? 1))
    }

    /// The job's remaining path is longer than all remaining work divided by all cores.
    func isCritical(_ id: JobID) -> Bool {
        guard !id.isResolving, let path = progress[id.run]?.path[Int(id.index)] else { return false }
        let work = progress.values.reduce(0) { $0 + $1.work }
        return path > work / Int64(max(1, fleet.cores))
    }

    /// Milliseconds: from history, but for a job that has met such a limit before; never more than the farm's.
    private func timeLimit(of id: JobID, cores: Int32, at worker: WorkerState, _ limits: Limits) -> Int64? {
        let farm = limits.timeout?.milliseconds
        guard let expected = plannedJob(id)?.expected,
            durable[id]?.attempts.contains(where: { $0.record.failureClass == .timedOut }) != true
        else { return farm }
        let usual = worker.speed.scale(BuildModel(expected, policy).time(cores: cores))
        let learned = max(policy.shortestTimeLimit, policy.timeLimitFactor * usual)
        return min(learned, farm ?? .max)
    }

    private func nextBuildID(farm: String, _ cpv: CPV) -> Int32 {
        (durable.buildIDs[Snapshot.FarmPackage(farm: farm, cpv: cpv)] ?? 0) + 1
    }

    func dependencies(of job: PlannedJob, in run: RunID) -> [DependencyPackage] {
        guard !job.waitsFor.isEmpty, let plan = durable.runs[run]?.plan, let jobs = durable.runs[run]?.jobs else {
            return []
        }
        let needed = RuntimeClosure(of: job.index, in: plan)
        return job.waitsFor.compactMap { index in
            jobs[Int(index)].record.result?.dependency(isBuildOnly: !needed.contains(index))
        }
    }

    /// Counts the lease against its worker, from now on for one lease's time or as long as is said.
    mutating func hold(_ id: AttemptID, by worker: WorkerName, _ grant: Grant, for time: Int64? = nil) {
        let deadline = now + (time ?? policy.lease)
        let farm = durable.runs[id.job.run]?.record.request.farm ?? ""
        leases[id] = Lease(worker: worker, farm: farm, grant: grant, deadline: deadline)
        farmLoads[farm, default: 0] += Int(grant.cores)
        workerStates[worker, default: WorkerState()].running.append(id)
        workerStates[worker]?.given += grant
        workerStates[worker]?.reservedSince += grant.memory
        setTimer(.lease(id), at: deadline)
        offerRoom(of: worker)
    }

    /// What is built is only installed on trial, which keeps one core busy for a moment: the next build may begin. So many
    /// of them as the worker has slots; one that builds again after all, because its memory was too little, keeps on.
    mutating func giveSlotBack(_ id: AttemptID) {
        guard let lease = leases[id], lease.phase == .trial, !lease.hasGivenSlotBack,
            let worker = workerStates[lease.worker], worker.trying < worker.slots
        else { return }
        farmLoads[lease.farm, default: 0] -= Int(lease.grant.cores)
        leases[id]?.giveSlotBack()
        workerStates[lease.worker]?.trying += 1
        workerStates[lease.worker]?.given.cores -= lease.grant.cores
        offerRoom(of: lease.worker)
    }

    /// The slot comes back. What becomes of the job is the caller's to say.
    mutating func endLease(_ id: AttemptID, as end: AttemptEnd, _ resources: Resources? = nil) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        farmLoads[lease.farm, default: 0] -= Int(lease.grant.cores)
        workerStates[lease.worker]?.running.removeAll { $0 == id }
        workerStates[lease.worker]?.given -= lease.grant
        if lease.hasGivenSlotBack {
            workerStates[lease.worker]?.trying -= 1
            for next in workerStates[lease.worker]?.running ?? [] { giveSlotBack(next) }
        }
        if !lease.isTold { workerStates[lease.worker]?.reservedSince -= lease.grant.memory }
        if let worker = workerStates[lease.worker], worker.isOvercommitted {
            workerStates[lease.worker]?.isOvercommitted = worker.hasGivenTooMuch
        }
        if var attempt = attemptRecord(id) {
            attempt.end = end
            attempt.ended = now
            attempt.resources = resources
            record(.attempt(id, attempt))
            judge(id, attempt, at: lease.worker)
        }
        if fleet.usable == 0 { fleetChanged() }
        offerRoom(of: lease.worker)
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
        heard(worker)
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
            askForPlan(id, document)
        case .failure(let failure) where failure.failureClass == .cancelled:
            // Nobody here cancelled it: it would not be live. The worker has its own reasons.
            let lost = Failure(.workerLost, "worker \(worker) gave it up: \(failure.reason)")
            endLease(id, as: .failed(lost), resources)
            retry(id.job, after: lost)
        case .failure(var failure):
            if failure.failureClass == .timedOut { failure.reason += explanation(of: id) }
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
