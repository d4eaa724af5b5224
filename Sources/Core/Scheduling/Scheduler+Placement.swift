import Shared

/// Which worker a job goes to.
extension Scheduler {
    /// Gives the most urgent jobs to the fastest workers with room.
    mutating func dispatch() {
        guard storageProblem == nil else { return }
        giveUpClaimOfNobody()
        while freeSlots > 0, let position = mostUrgentQueue(), let job = queues[position].jobs.first?.id {
            if leader(of: job) != nil {
                _ = queues[position].jobs.pop()
                place(job, .following)
                giveUpClaimOfNobody()
            } else if let worker = host(for: position) {
                if gather(for: job, in: position, at: worker) { continue }
                let kind = queues[position].kind
                let chosen = nearestJob(to: worker, insteadOf: job, in: position)
                if chosen == job { _ = queues[position].jobs.pop() }
                queues[position].blockedSince = nil
                lease(chosen, to: chosen == job ? nearest(to: job, insteadOf: worker, kind) : worker, for: kind.need)
                if claim?.kind == queues[position].kind { giveUpClaim() }
            } else {
                block(position)
            }
        }
    }

    /// The best worker that the queue's jobs may go to now.
    private mutating func host(for position: Int) -> WorkerName? {
        let kind = queues[position].kind
        if queues[position].candidates != nil {
            while let first = queues[position].candidates?.first {
                if isCurrent(first), fits(first.name, kind) { return first.name }
                _ = queues[position].candidates?.pop()
            }
            return nil
        }
        var passed: [IdleWorker] = []
        var found: WorkerName?
        while let worker = idle.first {
            guard isCurrent(worker) else {
                _ = idle.pop()
                continue
            }
            if fits(worker.name, kind) {
                guard kind.lostAt.contains(worker.name) else {
                    found = worker.name
                    break
                }
                found = found ?? worker.name
            }
            passed.append(worker)
            _ = idle.pop()
        }
        for worker in passed { idle.push(worker) }
        return found
    }

    /// What stands in a heap may be of before.
    func isCurrent(_ worker: IdleWorker) -> Bool {
        guard let state = workerStates[worker.name], state.countedFree == worker.free else { return false }
        return IdleWorker(worker.name, state, policy, now) == worker
    }

    /// Whether a job of this kind may be leased to the worker now.
    func fits(_ name: WorkerName, _ kind: JobQueue.Kind) -> Bool {
        guard let worker = workerStates[name], worker.free(now) > 0 else { return false }
        if let claim, claim.worker == name {
            if claim.kind != kind { return false }
            if worker.freeCores < claim.cores, now < claim.until { return false }
        } else if kind.only != nil {
            return false
        }
        return isWelcome(kind, at: name) && hasMemory(worker, kind.need) && hasDisk(worker, kind.need)
    }

    /// Not where it failed, while there is another worker that is big enough.
    func isWelcome(_ kind: JobQueue.Kind, at name: WorkerName) -> Bool {
        guard kind.failedAt.contains(name) else { return true }
        return !mayGoElsewhere(kind.need, than: kind.failedAt)
    }

    /// Whether there is a worker for it besides these.
    func mayGoElsewhere(_ need: Need, than names: some Collection<WorkerName>) -> Bool {
        guard names.count(where: { workerStates[$0]?.isUsable(now) == true }) < fleet.usable else { return false }
        guard need.memory > 0 else { return true }
        return workerStates.contains { name, worker in
            worker.isUsable(now) && !names.contains(name)
                && (worker.memory == 0 || worker.reservation(need, policy) <= worker.memory
                    || isForTheBiggest(need, worker))
        }
    }

    func hasMemory(_ worker: WorkerState, _ need: Need) -> Bool {
        guard worker.memory > 0 else { return true }
        if worker.reservation(need, policy) <= worker.freeMemory() { return true }
        return worker.running.isEmpty && isForTheBiggest(need, worker)
    }

    /// A job too big for every host goes to a biggest one, alone.
    private func isForTheBiggest(_ need: Need, _ worker: WorkerState) -> Bool {
        worker.reservation(need, policy) > fleet.largestMemory && worker.memory >= fleet.largestMemory
    }

    /// Whether a job may find room there when nothing else is built.
    private func isBigEnough(_ worker: WorkerState, _ need: Need) -> Bool {
        worker.memory >= min(worker.reservation(need, policy), fleet.largestMemory)
    }

    /// A host with nothing to do is tried, whatever it says.
    func hasDisk(_ worker: WorkerState, _ need: Need) -> Bool {
        guard need.disk > 0, let free = worker.freeDisk() else { return true }
        return need.disk <= free || worker.running.isEmpty
    }

    /// The worker's room has changed.
    mutating func offerRoom(of name: WorkerName) {
        guard let worker = workerStates[name] else { return }
        let entry = IdleWorker(name, worker, policy, now)
        let free = entry?.free ?? 0
        if free != worker.countedFree {
            freeSlots += free - worker.countedFree
            workerStates[name]?.countedFree = free
        }
        guard let entry else { return }
        idle.push(entry)
        // What has become wrong lies deep in the heap: swept now and then.
        if idle.count > 4 * workerStates.count + 64 {
            idle = Heap()
            for (name, worker) in workerStates {
                if let entry = IdleWorker(name, worker, policy, now) { idle.push(entry) }
            }
        }
        for position in queues.indices where queues[position].candidates != nil {
            if fits(name, queues[position].kind) { queues[position].candidates?.push(entry) }
        }
    }

    /// A worker came, went, or may be used again or no more: what found no room is looked at again.
    mutating func fleetChanged() {
        fleet = Fleet(workerStates.values, now)
        // Who holds leases is expected back.
        let isSomebodyExpected = workerStates.values.contains { !$0.connected && !$0.running.isEmpty }
        if fleet.usable == 0, !isSomebodyExpected { probeTheLast() }
        for position in queues.indices { queues[position].candidates = nil }
        if let claim {
            // A bigger host may have come.
            let isGood = workerStates[claim.worker].map { $0.isUsable(now) && isBigEnough($0, claim.kind.need) }
            if isGood != true { giveUpClaim() }
        }
    }

    private mutating func block(_ position: Int) {
        queues[position].candidates = Heap()
        if queues[position].blockedSince == nil { queues[position].blockedSince = now }
        guard !willRelieve else { return }
        willRelieve = true
        setTimer(.relief, at: now + policy.patience)
    }
}

/// Jobs that need much of a host are not to be passed for ever by those that need little.
extension Scheduler {
    /// A host that takes nothing else until a job of this kind has found room there.
    struct Claim: Equatable, Sendable {
        var worker: WorkerName
        var kind: JobQueue.Kind
        /// Until it has so many free, or until that time.
        var cores: Int32 = 0
        var until = Instant(milliseconds: 0)
    }

    /// Has the worker gather cores for the job, if it is better off with more of them later.
    private mutating func gather(for id: JobID, in position: Int, at name: WorkerName) -> Bool {
        guard claim == nil, policy.cores == .shared, !gathered.contains(id), isCritical(id),
            let worker = workerStates[name],
            let run = durable.runs[id.run]?.record
        else { return false }
        let model = BuildModel(plannedJob(id)?.expected, policy)
        let useful = min(model.usefulCores(atLeast: policy.criticalEfficiency), worker.cores)
        guard useful > worker.freeCores else { return false }
        let ends = worker.running.map { attempt in
            (wait: rest(of: attempt, at: worker, now), cores: leases[attempt]?.grant.cores ?? 0)
        }
        guard
            let gathering = Gathering(
                freeCores: worker.freeCores, usefulCores: useful, ends: ends,
                time: { worker.speed.scale(model.time(cores: $0)) })
        else { return false }
        _ = queues[position].jobs.pop()
        var kind = queues[position].kind
        kind.only = id
        // Builds may take longer than expected.
        let until = now + gathering.wait + gathering.wait / 4 + 1
        claim = Claim(worker: name, kind: kind, cores: gathering.cores, until: until)
        setTimer(.claim, at: until)
        push(id, run)
        return true
    }

    mutating func expireClaim() {
        guard let claim, claim.kind.only != nil, claim.until <= now else { return }
        giveUpClaim()
    }

    /// Keeps a host free for the most urgent of the jobs that have found no room for too long.
    mutating func relieve() {
        willRelieve = false
        let waiting = queues.indices.filter { queues[$0].blockedSince != nil }
        guard let longest = waiting.compactMap({ queues[$0].blockedSince }).min() else { return }
        willRelieve = true
        setTimer(.relief, at: max(longest, now) + policy.patience)
        let starving = waiting.filter { position in
            queues[position].blockedSince.map { $0 + policy.patience <= now } ?? false
                && farmProblems[queues[position].kind.farm] == nil
        }
        guard claim == nil, let first = starving.compactMap({ queues[$0].jobs.first }).min(),
            let position = starving.first(where: { queues[$0].jobs.first == first })
        else { return }
        let kind = queues[position].kind
        let hosts = workerStates.filter { name, worker in
            worker.isUsable(now) && isWelcome(kind, at: name) && isBigEnough(worker, kind.need)
        }
        // The least of the host's memory is to come free until it fits, then the least to be left over.
        let best = hosts.min { left, right in
            let (a, b) = (left.value.freeMemory(), right.value.freeMemory())
            return a == b ? left.key < right.key : a > b
        }
        claim = best.map { Claim(worker: $0.key, kind: kind) }
    }

    private mutating func giveUpClaimOfNobody() {
        guard let claim else { return }
        if farmProblems[claim.kind.farm] != nil {
            // Nothing of it is leased for now: the host is there for other farms.
            giveUpClaim()
        } else if !isWelcome(claim.kind, at: claim.worker) {
            // It failed there, and another worker has come that may take it.
            giveUpClaim()
        } else if let id = claim.kind.only {
            if !isQueued(id) { giveUpClaim() }
        } else if let position = queuePositions[claim.kind], firstJob(position) != nil,
            queues[position].blockedSince != nil
        {
            return
        } else {
            giveUpClaim()
        }
    }

    private mutating func giveUpClaim() {
        guard let given = claim else { return }
        claim = nil
        // It waits among the others again.
        if let id = given.kind.only, isQueued(id), let run = durable.runs[id.run]?.record {
            gathered.insert(id)
            push(id, run)
        }
        offerRoom(of: given.worker)
    }
}
