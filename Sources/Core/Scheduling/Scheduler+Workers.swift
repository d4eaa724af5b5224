import Shared

/// Workers that come, speak and go.
extension Scheduler {
    mutating func connect(_ name: WorkerName, _ offer: Offer, held: [HeldAttempt]) {
        workerStates[name, default: WorkerState()].connected = true
        workerStates[name]?.record = durable.workers[name] ?? WorkerRecord()
        workerStates[name]?.offer = offer
        let disk = offer.disk ?? workerStates[name]?.room.disk
        _ = workerStates[name]?.hasTold(Room(disk: disk), since: 0)
        workerStates[name]?.lastSeen = now
        workerStates[name]?.isSilent = false
        let byID = Dictionary(held.map { ($0.attempt, $0) }, uniquingKeysWith: { first, _ in first })
        var adopted: [AttemptID] = []
        var building = 0
        var lost: [(AttemptID, String)] = []
        for id in workerStates[name]?.running ?? [] {
            guard let attempt = byID[id] else {
                lost.append((id, "worker \(name) came back without it"))
                continue
            }
            // What has finished takes no slot there: its end follows.
            if !attempt.finished, attempt.phase != .trial, leases[id]?.hasGivenSlotBack != true {
                guard building < offer.slots else {
                    lost.append((id, "worker \(name) came back with fewer slots"))
                    continue
                }
                building += 1
            }
            adopted.append(id)
            leases[id]?.extend(to: now + policy.lease)
            leases[id]?.phase = attempt.phase
            giveSlotBack(id)
        }
        effects.append(.welcome(name, adopted: adopted))
        for (id, reason) in lost { lose(id, reason) }
        if let worker = workerStates[name] { workerStates[name]?.isOvercommitted = worker.hasGivenTooMuch }
        becomeUsable(name)
    }

    mutating func disconnect(_ name: WorkerName) {
        guard workerStates[name]?.connected == true else { return }
        workerStates[name]?.connected = false
        fleetChanged()
        offerRoom(of: name)
    }

    mutating func leave(_ name: WorkerName) {
        disconnect(name)
        for id in workerStates[name]?.running ?? [] { release(id, "worker \(name) was stopped") }
    }

    mutating func drain(_ name: WorkerName) {
        update(name) { $0.drained = true }
        effects.append(.note("nothing more is leased to worker \(name)"))
    }

    mutating func resume(_ name: WorkerName) {
        update(name) { worker in
            worker.drained = false
            worker.conduct.pardon()
        }
        effects.append(.note("worker \(name) is leased to again"))
    }

    /// Stores what changed about a worker, which may not have been seen yet.
    mutating func update(_ name: WorkerName, _ change: (inout WorkerRecord) -> Void) {
        let known = durable.workers[name]
        var worker = known ?? WorkerRecord()
        change(&worker)
        guard worker != known ?? WorkerRecord() else { return }
        record(.worker(name, worker))
        let wasUsable = workerStates[name]?.isUsable(now) ?? false
        workerStates[name, default: WorkerState()].record = worker
        if workerStates[name]?.isUsable(now) != wasUsable { fleetChanged() }
        offerRoom(of: name)
    }

    mutating func heard(_ name: WorkerName) {
        workerStates[name]?.lastSeen = now
        guard workerStates[name]?.isSilent == true else { return }
        workerStates[name]?.isSilent = false
        becomeUsable(name)
    }

    /// A worker that has said nothing for a whole lease may be dead, although its connection stands.
    mutating func fallSilent(_ name: WorkerName) {
        guard let worker = workerStates[name], !worker.isSilent, let last = worker.lastSeen,
            now - last >= policy.lease
        else { return }
        workerStates[name]?.isSilent = true
        fleetChanged()
        offerRoom(of: name)
    }

    mutating func renew(_ name: WorkerName, _ held: [HeldAttempt], _ room: Room) {
        heard(name)
        var since = workerStates[name]?.given.memory ?? 0
        for attempt in held where !attempt.finished {
            guard let lease = leases[attempt.attempt], lease.worker == name else { continue }
            since -= lease.grant.memory
            leases[attempt.attempt]?.isTold = true
        }
        if workerStates[name]?.hasTold(room, since: since) == true { offerRoom(of: name) }
        for attempt in held {
            let id = attempt.attempt
            if leases[id]?.worker == name {
                leases[id]?.extend(to: now + policy.lease)
                if let phase = attempt.phase { leases[id]?.phase = phase }
                giveSlotBack(id)
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
}
