import Shared

/// What happens because time passes.
extension Scheduler {
    mutating func setTimer(_ purpose: Timer.Purpose, at instant: Instant) {
        timerSequence += 1
        timers.push(Timer(at: instant, sequence: timerSequence, purpose: purpose))
        // Timers of leases that have ended are swept now and then, so that short jobs do not pile them up.
        guard timerSequence % 4096 == 0 else { return }
        timers.removeAll { timer in
            if case .lease(let id) = timer.purpose { leases[id] == nil } else { false }
        }
    }

    mutating func expireTimers() {
        while let timer = timers.first, timer.at <= now {
            _ = timers.pop()
            switch timer.purpose {
            case .lease(let id): expireLease(id)
            case .retry(let id): expireDelay(of: id)
            case .storage: expireStorageProbe()
            case .probe(let name): becomeUsable(name)
            case .relief: relieve()
            case .claim: expireClaim()
            }
        }
    }

    /// Asks for the next `tick`, when it is another one than asked for before.
    mutating func announceWake() {
        guard let next = timers.first?.at, next != announcedWake else { return }
        announcedWake = next
        effects.append(.wake(at: next))
    }

    private mutating func expireLease(_ id: AttemptID) {
        guard let lease = leases[id] else { return }
        guard lease.deadline <= now else { return setTimer(.lease(id), at: lease.deadline) }
        let reason = "worker \(lease.worker) did not renew the lease"
        if workerStates[lease.worker]?.connected == true {
            effects.append(.revoke(lease.worker, id, reason: reason))
            fallSilent(lease.worker)
        }
        lose(id, reason)
    }

    private mutating func expireDelay(of id: JobID) {
        guard durable[id]?.record.state == .waiting, !isQueued(id) else { return }
        enqueueIfReady(id)
    }

    private mutating func expireStorageProbe() {
        willProbeStorage = false
        guard paused != nil else { return }
        effects.append(.probeStorage)
    }
}
