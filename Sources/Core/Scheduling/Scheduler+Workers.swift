import Shared

/// Workers that come, speak and go.
extension Scheduler {
    mutating func connect(_ name: WorkerName, _ offer: Offer, held: [HeldAttempt]) {
        workerStates[name, default: WorkerState()].connected = true
        workerStates[name]?.record = durable.workers[name] ?? WorkerRecord()
        workerStates[name]?.offer = offer
        workerStates[name]?.lastSeen = now
        let phases = Dictionary(held.map { ($0.attempt, $0.phase) }, uniquingKeysWith: { first, _ in first })
        var adopted: [AttemptID] = []
        var lost: [(AttemptID, String)] = []
        for id in workerStates[name]?.running ?? [] {
            guard let phase = phases[id] else {
                lost.append((id, "worker \(name) came back without it"))
                continue
            }
            guard adopted.count < max(0, offer.slots) else {
                lost.append((id, "worker \(name) came back with fewer slots"))
                continue
            }
            adopted.append(id)
            leases[id]?.extend(to: now + policy.lease)
            leases[id]?.phase = phase
        }
        effects.append(.welcome(name, adopted: adopted))
        for (id, reason) in lost { lose(id, reason) }
        offerRoom(of: name)
    }

    mutating func disconnect(_ name: WorkerName) {
        workerStates[name]?.connected = false
    }

    mutating func leave(_ name: WorkerName) {
        workerStates[name]?.connected = false
        for id in workerStates[name]?.running ?? [] { release(id, "worker \(name) was stopped") }
    }

    mutating func drain(_ name: WorkerName) {
        update(name) { $0.drained = true }
        effects.append(.note("nothing more is leased to worker \(name)"))
    }

    mutating func resume(_ name: WorkerName) {
        update(name) { $0.drained = false }
        effects.append(.note("worker \(name) is leased to again"))
    }

    /// Stores what changed about a worker, which may not have been seen yet.
    mutating func update(_ name: WorkerName, _ change: (inout WorkerRecord) -> Void) {
        let known = durable.workers[name]
        var worker = known ?? WorkerRecord()
        change(&worker)
        guard worker != known ?? WorkerRecord() else { return }
        record(.worker(name, worker))
        workerStates[name, default: WorkerState()].record = worker
        offerRoom(of: name)
    }

    mutating func renew(_ name: WorkerName, _ held: [HeldAttempt], _ room: Room) {
        workerStates[name]?.lastSeen = now
        workerStates[name]?.room = room
        for attempt in held {
            let id = attempt.attempt
            if leases[id]?.worker == name {
                leases[id]?.extend(to: now + policy.lease)
                if let phase = attempt.phase { leases[id]?.phase = phase }
                continue
            }
            let known = attemptRecord(id)
            if known?.worker == name, known?.end?.isSettled == true {
                effects.append(.settle(name, id, accepted: true, reason: ""))
            } else {
                effects.append(.revoke(name, id, reason: refusalReason(known, name)))
            }
        }
    }

    /// The worker's room has changed.
    mutating func offerRoom(of name: WorkerName) {
        guard let worker = workerStates[name] else { return }
        if worker.free > 0 { idle.push(IdleWorker(name: name, free: worker.free)) }
        // What has become wrong lies deep in the heap: swept now and then.
        if idle.count > 4 * workerStates.count + 64 {
            var seen: Set<WorkerName> = []
            let current = workerStates.mapValues(\.free)
            idle.removeAll { current[$0.name] != $0.free || !seen.insert($0.name).inserted }
        }
    }

    /// Stays in the heap: its room is less only after a lease, which puts it in again.
    mutating func roomiestWorker() -> WorkerName? {
        while let first = idle.first {
            if workerStates[first.name]?.free == first.free { return first.name }
            _ = idle.pop()
        }
        return nil
    }

}
