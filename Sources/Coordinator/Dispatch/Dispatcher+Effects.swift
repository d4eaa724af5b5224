import Core
import Logging
import Shared
import ZeroMQ

/// What the core wants done.
extension Dispatcher {
    func carryOut(_ effect: Effect) {
        switch effect {
        case .persist(let change): committed(change)
        // What is told to workers goes out at the end of the batch.
        case .assign, .settle, .revoke: break
        case .welcome(let worker, _): routes[worker]?.isWelcome = true
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
        note(change)
        switch change {
        case .attempt(let id, let record):
            if record.isLive {
                services.attempts.insert(id, worker: record.worker)
            } else {
                services.attempts.remove(id)
                logEnded(id)
            }
        case .plan: tidyStaging()
        case .run(let run, let record) where record.state.isEnd:
            plannings[run]?.cancel()
            tidyStaging()
            reviewHold(of: record.request.farm)
            if record.request.recipe != nil { tidyImagesSoon() }
        case .run, .job, .buildID, .worker, .package: break
        }
    }

    /// Removes from staging what nobody will ask for again. Not while a run resolves: the same question gives the same
    /// document, and one that is being uploaded is known to nobody yet; the same for packages that are being built. Nor
    /// while what the core knows is not all committed: a restart may want again what it has done with.
    func tidyStaging() {
        guard !hasMoreToCommit, steps.isEmpty else { return }
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

    /// A worker that cannot be reached counts as disconnected until it says Hello again.
    func send(_ outbox: Outbox) {
        for letter in outbox.letters where !isStopped {
            guard let route = routes[letter.worker] else { continue }
            if !transmit(letter.frame, to: route.peer) { disconnect(letter.worker) }
            for name in letter.names { FaultPoint.pass("sent-\(name)") }
            guard let meter = services.instruments.meter else { continue }
            for (attempt, since) in letter.assigned { meter.assigned(attempt, after: .now - since) }
        }
    }

    func disconnect(_ worker: WorkerName) {
        guard routes.removeValue(forKey: worker) != nil else { return }
        logger.info("worker gone", metadata: ["worker": "\(worker)"])
        note(.workerLost(worker))
        endShells(on: worker)
        feed(.workerDisconnected(worker))
    }

    @discardableResult
    func transmit(_ answer: WireCoordinatorMessage, to peer: Peer) -> Bool {
        switch peer {
        case .local(let number): return finishLocalRequest(number, with: answer.body)
        case .connection(let peer):
            do {
                return transmit(try Frame(serializing: answer), to: peer)
            } catch {
                logger.error("an answer could not be sent", metadata: ["error": "\(error)"])
                return false
            }
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
