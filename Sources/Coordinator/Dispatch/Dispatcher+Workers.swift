import Logging
import Core
import Shared
import ZeroMQ

/// The conversation with workers.
extension Dispatcher {
    /// The protocol versions this program speaks.
    static let protocolVersions: ClosedRange<UInt32> = 3...3

    func receive(_ message: WireClientMessage, from worker: WorkerName, at peer: Frame) throws {
        if case .hello(let hello) = message.body { return try greet(hello, worker, at: peer) }
        // Given up after a silence (a host that slept, a network that was away), on a connection that outlived it.
        guard let route = routes[worker] else { return askForHello(worker, at: peer) }
        // Only the connection that said Hello last speaks for the worker.
        guard route.peer == peer else { return }
        routes[worker]?.lastHeard = .now
        switch message.body {
        case .renew(let renew):
            routes[worker]?.diskFree = renew.diskFree
            let load = renew.hasLoad ? renew.load.countedCores : nil
            routes[worker]?.load = load
            routes[worker]?.usage = try Dictionary(
                renew.attempts.filter(\.hasUsage).map { (try $0.attempt.domain(), $0.usage.domain()) },
                uniquingKeysWith: { $1 })
            hostSamples[worker, default: HostSamples()].note(
                .init(
                    at: clock.now(), load: load, memoryFree: renew.memoryFree > 0 ? renew.memoryFree : nil,
                    diskFree: max(0, renew.diskFree)))
            let room = Room(
                disk: renew.diskFree > 0 ? renew.diskFree : nil, memory: renew.memoryFree > 0 ? renew.memoryFree : nil)
            let held = try renew.attempts.map(HeldAttempt.init)
            notePhases(held, of: worker)
            feed(.renewed(worker, held, room: room))
        case .finished(let finished):
            let attempt = try finished.attempt.domain()
            routes[worker]?.usage[attempt] = nil
            feed(.attemptFinished(worker, attempt, try Outcome(finished), finished.resources.domain()))
        case .goodbye:
            routes[worker] = nil
            endShells(on: worker)
            note(.workerLeft(worker))
            feed(.workerLeft(worker))
        case .shell(let word): passOn(word, from: worker)
        default: services.refusedPeers.countMessage()
        }
    }

    private func askForHello(_ worker: WorkerName, at peer: Frame) {
        var answer = WireCoordinatorMessage()
        answer.error = .make(
            .unavailable, "worker \(worker) was silent for longer than a lease and counts as gone",
            "say Hello again, as the worker does by itself")
        send(answer, to: .connection(peer))
    }

    private func greet(_ hello: WireHello, _ worker: WorkerName, at peer: Frame) throws {
        let theirs = hello.protocolMin...max(hello.protocolMin, hello.protocolMax)
        guard theirs.overlaps(Self.protocolVersions) else {
            logger.warning(
                "a worker speaks another protocol",
                metadata: ["worker": "\(worker)", "theirs": "\(theirs)", "ours": "\(Self.protocolVersions)"])
            var answer = WireCoordinatorMessage()
            answer.error = .make(
                .unavailable, "this coordinator speaks protocol \(Self.protocolVersions), worker \(worker) \(theirs)",
                "install the same version of binfarm on both")
            return send(answer, to: .connection(peer))
        }
        guard (1...1024).contains(hello.slots), hello.cores > 0 else { throw WireError("slots", "are out of range") }
        let held = try hello.attempts.map(HeldAttempt.init)
        // Said again because the answer still waits for the database: one answer is enough.
        if routes[worker]?.peer == peer, routes[worker]?.isWelcome == false { return }
        // Shells end with their connection.
        endShells(on: worker)
        routes[worker] = Route(peer: peer, lastHeard: .now, diskFree: hello.diskFree)
        logger.info("worker here", metadata: ["worker": "\(worker)", "host": "\(hello.hostname.oneLine(atMost: 256))"])
        let offer = Offer(
            slots: hello.slots, cores: hello.cores, memory: hello.memory, hostname: hello.hostname.oneLine(atMost: 256),
            version: hello.version.oneLine(atMost: 64), engine: hello.engine.oneLine(atMost: 256),
            disk: hello.diskFree > 0 ? hello.diskFree : nil)
        note(.workerConnected(worker))
        feed(.workerConnected(worker, offer, held: held))
    }

    /// A worker renews at a third of the lease, also when it has nothing to do: silence for a whole lease is a worker gone.
    func watchWorkers() {
        loop.schedule(after: lease / 3, owner: self) { dispatcher in
            let limit = ContinuousClock.now - dispatcher.lease
            for worker in dispatcher.routes.filter({ $0.value.lastHeard < limit }).keys.sorted() {
                dispatcher.disconnect(worker)
            }
            dispatcher.endSilentShells()
            dispatcher.services.keys.refresh()
            dispatcher.watchWorkers()
        }
    }
}

extension HeldAttempt {
    fileprivate init(_ wire: WireHeldAttempt) throws(WireError) {
        self.init(attempt: try wire.attempt.domain(), phase: wire.phase.domain, finished: wire.finished)
    }
}

extension Outcome {
    fileprivate init(_ wire: WireFinished) throws(WireError) {
        switch wire.outcome {
        case .package(let blob): self = .package(try blob.domain())
        case .resolution(let blob): self = .resolution(try blob.domain())
        case .failure(let failure): self = .failure(try failure.domain())
        case nil: throw WireError("outcome", "is missing or of an unknown kind")
        }
    }
}
