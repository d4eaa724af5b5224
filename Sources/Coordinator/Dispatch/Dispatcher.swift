import Logging
import Core
import Shared
import SystemPackage
import ZeroMQ

/// The shell around the scheduler: turns messages and timers into its events and carries out its effects.
///
/// Lives on the control socket's event loop. Effects pass through one queue in the order in which the scheduler gave them;
/// all changes of a stretch of the queue are committed together before anything of that stretch is sent. So nobody is ever
/// told what a crash could take back, and many small facts cost one transaction.
actor Dispatcher {
    /// Something to be done once all changes before it are committed.
    enum Step {
        /// Given by the core at this time.
        case effect(Effect, since: ContinuousClock.Instant)
        case answer(Frame, WireCoordinatorMessage)
    }

    /// How a worker is reached now.
    struct Route {
        var peer: Frame
        var lastHeard: ContinuousClock.Instant
        var diskFree: Int64
        /// Its Hello has been answered.
        var isWelcome = false
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let farms: [String: Farm]
    let services: DispatcherServices
    let logger: Logger
    let lease: Duration
    let clock = SteadyClock()
    var scheduler: Scheduler
    var routes: [WorkerName: Route] = [:]
    var resolveFailures: [RunID: ResolveFailure]
    var nextRun: RunID
    /// Packages and bytes by farm, for the status screen.
    var holdings: [String: (packages: Int64, bytes: Int64)] = [:]
    /// farmctl's that follow a log, by the attempt.
    var followers: [AttemptID: [LogFollower]] = [:]
    /// Questions about runs that only the database has.
    var recall = Recall()
    /// Why the database takes nothing now.
    var storeFault: String?
    var isBackingUp = false
    private var socket: Socket?
    private var steps: [Step] = []
    private var isCommitting = false
    /// Of the batch at hand, to be begun at its end.
    var publications: [Publication] = []
    /// Of the batch at hand, to be sent at its end.
    private var outbox = Outbox()
    /// Messages taken since the batch under way was begun.
    private var backlog = 0
    private var isListening = true
    /// Messages that one batch is made of at most: many share a commit, and none waits long for the others.
    private static let roundLimit = 16
    private var wake: LoopTimer?
    private var isStopped = false

    init(
        _ socket: consuming Socket, loop: EventLoop, farms: [String: Farm], services: DispatcherServices,
        restoring snapshot: Snapshot, lease: Duration, logger: Logger
    ) throws {
        self.socket = consume socket
        self.loop = loop
        self.farms = farms
        self.services = services
        self.lease = lease
        self.logger = logger
        var policy = Policy()
        policy.lease = lease.milliseconds
        scheduler = Scheduler(restoring: snapshot, policy: policy, now: clock.now())
        resolveFailures = try services.store.resolveFailures()
        nextRun = try services.store.nextRun()
    }

    /// Serves from now on. Leases of before the start go on: their workers have one lease's time to say so.
    func start() async throws {
        for run in scheduler.durable.runs {
            for (index, job) in ([run.value.resolving] + run.value.jobs).enumerated() {
                let id = JobID(run: run.key, index: Int32(index) - 1)
                for attempt in job.attempts where attempt.record.isLive {
                    services.attempts.insert(AttemptID(job: id, fence: attempt.fence), worker: attempt.record.worker)
                }
            }
        }
        for farm in farms.values { await count(farm) }
        try socket?.register(on: loop, owner: self) { $0.serve($1) }
        if let counters = try socket?.monitorConnections() { services.refusedPeers.watch(counters) }
        tidyStaging()
        feed(.started)
        watchWorkers()
    }

    /// Serves no more; what was committed is all there is.
    func stop() {
        isStopped = true
        wake?.cancel()
        socket = nil
    }

    // MARK: In

    private func serve(_ events: SocketEvents) {
        if events.contains(.stopped) { return stop() }
        do {
            for message in try socket?.tryReceive(limit: max(1, Self.roundLimit - backlog)) ?? [] {
                backlog += 1
                receive(message)
            }
            // The rest waits in the socket's queue, where it costs nobody time, until what is decided is on its way.
            if isCommitting, storeFault == nil, backlog >= Self.roundLimit { listen(false) }
        } catch {
            services.faults.finish(throwing: error)
            stop()
        }
    }

    private func listen(_ isListening: Bool) {
        guard isListening != self.isListening else { return }
        self.isListening = isListening
        if isListening { socket?.interest.insert(.readable) } else { socket?.interest.remove(.readable) }
    }

    private func receive(_ message: Message) {
        guard message.count == 2, let name = message.userID, let role = services.keys.role(of: name),
            let request = try? message[1].parse(WireClientMessage.self)
        else {
            return services.refusedPeers.countMessage()
        }
        do {
            switch role {
            case .worker where !request.isQuestion:
                try receive(request, from: WorkerName(rawValue: name), at: message[0])
            case .worker, .coordinator, .operator, .viewer:
                try answer(request, Client(peer: message[0], name: name, role: role))
            }
        } catch {
            services.refusedPeers.countMessage()
            logger.warning("a message was dropped", metadata: ["peer": "\(name)", "error": "\(error)"])
        }
    }

    // MARK: The core

    /// Gives the core an event and takes its effects.
    func feed(_ event: Event) {
        guard !isStopped else { return }
        let since = ContinuousClock.now
        for effect in scheduler.handle(event, now: clock.now()) { steps.append(.effect(effect, since: since)) }
        commit()
    }

    /// Answers once all that was decided before is committed.
    ///
    /// While the database takes nothing, what only tells how things are goes out at once; nothing is promised then.
    func send(_ answer: WireCoordinatorMessage, to peer: Frame) {
        guard storeFault == nil else {
            transmit(answer, to: peer)
            return
        }
        steps.append(.answer(peer, answer))
        commit()
    }

    private func commit() {
        guard !isCommitting, !steps.isEmpty, !isStopped else { return }
        isCommitting = true
        Task { await drain() }
    }

    /// What is decided while one batch is committed makes up the next, whose commit begins before the first is carried out.
    private func drain() async {
        var batch = nextBatch()
        while let current = batch, !isStopped {
            await persist(current)
            batch = nextBatch()
            carryOut(current)
            batch = batch ?? nextBatch()
        }
        isCommitting = false
    }

    /// Steps whose changes are being committed.
    private struct Batch {
        var steps: [Step]
        var changes: [Change]
        var commit: Commit?
    }

    /// nil when there is nothing to do.
    private func nextBatch() -> Batch? {
        guard !steps.isEmpty, !isStopped else { return nil }
        var batch = Batch(steps: steps, changes: [])
        for case .effect(.persist(let change), _) in steps { batch.changes.append(change) }
        steps = []
        backlog = 0
        listen(true)
        guard !batch.changes.isEmpty else { return batch }
        FaultPoint.pass("before-commit")
        batch.commit = services.store.begin(batch.changes)
        return batch
    }

    /// Comes back when the changes are committed. A database that takes nothing (its disk is full) holds everything up,
    /// and says so on the status screen, until it takes them.
    private func persist(_ batch: Batch) async {
        var commit = batch.commit
        while let begun = commit, !isStopped {
            do {
                try await begun.end()
                FaultPoint.pass("after-commit")
                storeFault = nil
                return
            } catch let error where !Store.isPassing(error) {
                logger.critical("the database is unusable; stopping", metadata: ["error": "\(error)"])
                services.faults.finish(throwing: error)
                return stop()
            } catch {
                if storeFault == nil {
                    logger.error("the database takes no changes; trying again", metadata: ["error": "\(error)"])
                }
                storeFault = "the coordinator's database cannot be written: \(error)"
                listen(true)
                try? await Task.sleep(for: .seconds(2))
                commit = services.store.begin(batch.changes)
            }
        }
    }

    private func carryOut(_ batch: Batch) {
        for step in batch.steps where !isStopped {
            switch step {
            case .effect(let effect, let since):
                FaultPoint.pass("before-\(effect.name)")
                carryOut(effect, since: since)
                FaultPoint.pass("after-\(effect.name)")
            case .answer(let peer, let message):
                FaultPoint.pass("before-answer")
                transmit(message, to: peer)
                FaultPoint.pass("after-answer")
            }
        }
        sendAll()
        publishAll()
    }

    // MARK: Out

    private func carryOut(_ effect: Effect, since: ContinuousClock.Instant) {
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
    private func tidyStaging() {
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
    private func sendAll() {
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

    private func transmit(_ answer: WireCoordinatorMessage, to peer: Frame) {
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
    fileprivate var name: String {
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
