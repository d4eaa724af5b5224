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
    /// To be begun when the batch at hand is carried out.
    var publications: [Publication] = []
    /// Messages taken since the batch under way was begun.
    private var backlog = 0
    private var isListening = true
    /// Messages that one batch is made of at most: many share a commit, and none waits long for the others.
    private static let roundLimit = 64
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

    private func drain() async {
        while !steps.isEmpty, !isStopped {
            let batch = steps
            steps = []
            backlog = 0
            listen(true)
            let changes = batch.compactMap { step in
                if case .effect(.persist(let change), _) = step { change } else { nil }
            }
            await persist(changes)
            for step in batch where !isStopped {
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
            publishAll()
        }
        isCommitting = false
    }

    /// Comes back when the changes are committed. A database that takes nothing (its disk is full) holds everything up,
    /// and says so on the status screen, until it takes them.
    private func persist(_ changes: [Change]) async {
        guard !changes.isEmpty else { return }
        while !isStopped {
            do {
                FaultPoint.pass("before-commit")
                try await services.store.commit(changes)
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
            }
        }
    }

    // MARK: Out

    private func carryOut(_ effect: Effect, since: ContinuousClock.Instant) {
        switch effect {
        case .persist(let change): committed(change)
        case .assign(let worker, let assignment):
            tell(worker, assign: assignment)
            services.instruments.meter?.assigned(assignment.attempt, after: .now - since)
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

    /// Sends to a worker; one that cannot be reached counts as disconnected until it says Hello again.
    func tell(_ worker: WorkerName, _ body: WireCoordinatorMessage.OneOf_Body) {
        guard let route = routes[worker] else { return }
        var message = WireCoordinatorMessage()
        message.body = body
        if !transmit(message, to: route.peer) { disconnect(worker) }
    }

    func disconnect(_ worker: WorkerName) {
        guard routes.removeValue(forKey: worker) != nil else { return }
        logger.info("worker gone", metadata: ["worker": "\(worker)"])
        feed(.workerDisconnected(worker))
    }

    @discardableResult
    private func transmit(_ message: WireCoordinatorMessage, to peer: Frame) -> Bool {
        do {
            // A full queue is a peer that has taken nothing for a thousand messages: as good as gone.
            return try socket?.trySend([peer, Frame(serializing: message)]) == .sent
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
