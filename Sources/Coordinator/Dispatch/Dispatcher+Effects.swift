import Core
import Logging
import Shared
import ZeroMQ

/// What the core wants done.
extension Dispatcher {
    func carryOut(_ effect: Effect, since: ContinuousClock.Instant) {
        switch effect {
        case .persist(let change): committed(change)
        case .assign(let worker, let assignment): tell(worker, assign: assignment, since: since)
        case .settle(let worker, let attempt, let accepted, let reason):
            var settled = WireSettled()
            settled.attempt = attempt.wire
            settled.accepted = accepted
            settled.reason = reason
            tell(worker, .settled(settled))
        case .revoke(let worker, let attempt, let reason):
            var revoke = WireRevoke()
            revoke.attempt = attempt.wire
            revoke.reason = reason
            tell(worker, .revoke(revoke))
        case .welcome(let worker, let adopted): welcome(worker, adopted)
        case .plan(_, let run, let document): plan(run, from: document)
        case .publish(let publication): publications.append(publication)
        case .withdraw(let farm, let paths): withdraw(paths, from: farm)
        case .probeStorage: probeStorage()
        case .wake(let time): wake(at: time)
        case .note(let text): logger.info("\(text)")
        }
    }

    private func committed(_ change: Change) {
        services.instruments.meter?.committed(change)
        switch change {
        case .attempt(let id, let record):
            if record.isLive {
                services.attempts.insert(id, worker: record.worker)
            } else {
                services.attempts.remove(id)
                logEnded(id)
            }
        case .plan: tidyStaging()
        case .run(_, let record) where record.state.isEnd: tidyStaging()
        case .run, .job, .buildID, .worker, .package: break
        }
    }

    /// Removes from staging what nobody will ask for again. Not while a run resolves: the same question gives the same
    /// document, and one that is being uploaded is known to nobody yet; the same for packages that are being built.
    func tidyStaging() {
        let isAnythingOnItsWay = scheduler.durable.runs.values.contains { run in
            !run.record.state.isEnd
                && ([run.resolving] + run.jobs).contains { !$0.record.state.isEnd && !$0.attempts.isEmpty }
        }
        if !isAnythingOnItsWay { services.staging.removeAll() }
    }

    private func wake(at time: Instant) {
        wake?.cancel()
        wake = loop.schedule(after: .milliseconds(max(0, time - clock.now())), owner: self) { $0.feed(.tick) }
    }

    /// Tells a worker at the end of the batch at hand.
    func tell(
        _ worker: WorkerName, _ body: WireCoordinatorMessage.OneOf_Body,
        assigned: (attempt: AttemptID, since: ContinuousClock.Instant)? = nil
    ) {
        do {
            try outbox.add(body, for: worker, assigned: assigned)
        } catch {
            logger.error("a message could not be encoded", metadata: ["worker": "\(worker)", "error": "\(error)"])
        }
    }

    /// A worker that cannot be reached counts as disconnected until it says Hello again.
    func sendAll() {
        guard !outbox.isEmpty else { return }
        let letters = outbox.letters
        outbox = Outbox()
        for letter in letters where !isStopped {
            guard let route = routes[letter.worker] else { continue }
            FaultPoint.pass("before-send")
            if !transmit(letter.frame, to: route.peer) { disconnect(letter.worker) }
            FaultPoint.pass("after-send")
            guard let meter = services.instruments.meter else { continue }
            for (attempt, since) in letter.assigned { meter.assigned(attempt, after: .now - since) }
        }
    }

    func disconnect(_ worker: WorkerName) {
        guard routes.removeValue(forKey: worker) != nil else { return }
        logger.info("worker gone", metadata: ["worker": "\(worker)"])
        feed(.workerDisconnected(worker))
    }

    func transmit(_ answer: WireCoordinatorMessage, to peer: Frame) {
        do {
            transmit(try Frame(serializing: answer), to: peer)
        } catch {
            logger.error("an answer could not be sent", metadata: ["error": "\(error)"])
        }
    }

    @discardableResult
    private func transmit(_ frame: Frame, to peer: Frame) -> Bool {
        do {
            // A full queue is a peer that has taken nothing for a thousand messages: as good as gone.
            return try socket?.trySend([peer, frame]) == .sent
        } catch {
            logger.error("a message could not be sent", metadata: ["error": "\(error)"])
            return false
        }
    }
}

extension Effect {
    /// Of its kind.
    var name: String {
        switch self {
        case .persist: "persist"
        case .assign: "assign"
        case .settle: "settle"
        case .revoke: "revoke"
        case .welcome: "welcome"
        case .plan: "plan"
        case .publish: "publish"
        case .withdraw: "withdraw"
        case .probeStorage: "probe"
        case .wake: "wake"
        case .note: "note"
        }
    }
}
