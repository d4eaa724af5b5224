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
        case answer(Peer, WireCoordinatorMessage)
    }

    /// How a worker is reached now.
    struct Route {
        var peer: Frame
        var lastHeard: ContinuousClock.Instant
        var diskFree: Int64
        /// Of its host, over the last minute; nil when it is not known.
        var load: Double?
        /// What its attempts used when it said so last.
        var usage: [AttemptID: Usage] = [:]
        /// Its Hello has been answered.
        var isWelcome = false
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    var farms: [String: Farm] { didSet { services.served.farms = farms.mapValues { ServedFarm($0) } } }
    let services: DispatcherServices
    let logger: Logger
    let lease: Duration
    let clock = SteadyClock()
    var scheduler: Scheduler
    var routes: [WorkerName: Route] = [:]
    /// How their hosts stood of late.
    var hostSamples: [WorkerName: HostSamples] = [:]
    var resolveFailures: [RunID: ResolveFailure]
    var nextRun: RunID
    /// Packages and bytes by farm, for the status screen.
    var holdings: [String: (packages: Int64, bytes: Int64)] = [:]
    /// farmctl's that follow a log, by the attempt.
    var followers: [AttemptID: [LogFollower]] = [:]
    /// What happened last, for those who want to know.
    var happenings: HappeningLog
    var tally = Tally()
    /// Those who wait for more to happen.
    var eventFollowers: [EventFollower] = []
    var isTellingSoon = false
    /// How runs go on, as it was worked out last: many ask at the same time.
    var outlooks: [RunID: (at: Instant, outlook: Outlook?)] = [:]
    /// Requests from within the program.
    var localRequests = LocalRequests()
    /// Shells that people have open on workers.
    var shells = ShellRegistry()
    /// Questions about runs that only the database has.
    var recall = Recall()
    /// Questions about the past that are being read.
    var historyReaders = 0
    /// Why the database takes nothing now.
    var storeFault: String?
    var isBackingUp = false
    /// Farms in which no run may begin now, and what is done with them.
    var farmsClosed: [String: String] = [:]
    /// The last one of each farm.
    var verifications: [String: Verification] = [:]
    /// Plans that are being made; what is fetched for them ends with them.
    var plannings: [RunID: Task<Void, Never>] = [:]
    /// Packages of other binhosts that are taken over, by farm.
    var takeovers = Takeovers()
    /// Earlier states that clients see, by farm.
    var holds: [String: Hold] = [:]
    /// Atomic runs that are about to be submitted, by farm.
    var holdsBeginning: [String: Int] = [:]
    /// What runs that are about to be submitted are to do.
    var wishesBeginning: [Wish] = []
    /// What is done with images, one after the other.
    var imageWork: Task<Void, Never>?
    /// Farms that are being made, one after the other.
    var farmWork: Task<Void, any Error>?
    /// Holds that are being ended, by farm.
    var holdsEnding: [String: Task<Void, Never>] = [:]
    /// Requests about binhosts and their releases that are being answered.
    var binhostRequests = 0
    /// Comparisons of packages that are asked for and not yet answered.
    var diffs = 0
    var socket: Socket?
    var steps: [Step] = []
    var isCommitting = false
    /// Decisions behind the batch at hand are on their way to the disk, or wait for it.
    var hasMoreToCommit = false
    /// Of the batch at hand, to be begun at its end.
    var publications: [Publication] = []
    /// By farm, begun when its binhost has answered what it is at.
    var waitingPublications: [String: [Publication]] = [:]
    /// Farms whose binhost is at work.
    var publishingFarms: Set<String> = []
    /// Messages taken since the batch under way was begun.
    var backlog = 0
    private var isListening = true
    /// Messages that one batch is made of at most: many share a commit, and none waits long for the others.
    private static let roundLimit = 16
    var wake: LoopTimer?
    var isStopped = false
    /// It will stop soon.
    var isLeaving = false

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
        happenings = HappeningLog(start: clock.now())
        happenings.known = KnownStates(snapshot)
        scheduler = Scheduler(restoring: snapshot, policy: policy, now: clock.now())
        resolveFailures = try services.store.resolveFailures()
        nextRun = try services.store.nextRun()
        services.served.farms = farms.mapValues { ServedFarm($0) }
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
        for farm in farms.values {
            await count(farm)
            Task { await refreshIndexes(of: farm) }
        }
        offerImages()
        await restoreHolds()
        try socket?.register(on: loop, owner: self) { $0.serve($1) }
        if let counters = try socket?.monitorConnections() { services.refusedPeers.watch(counters) }
        tidyStaging()
        tidyImagesSoon()
        feed(.started)
        watchWorkers()
    }

    /// Serves no more; what was committed is all there is.
    func stop() {
        isStopped = true
        wake?.cancel()
        for planning in plannings.values { planning.cancel() }
        giveUpLocalRequests()
        socket = nil
    }

    // MARK: In

    private func serve(_ events: SocketEvents) {
        if events.contains(.stopped) { return stop() }
        if !isCommitting { backlog = 0 }
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

    func listen(_ isListening: Bool) {
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
                try answer(request, Client(peer: .connection(message[0]), name: name, role: role))
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
    func send(_ answer: WireCoordinatorMessage, to peer: Peer) {
        guard storeFault == nil else {
            transmit(answer, to: peer)
            return
        }
        steps.append(.answer(peer, answer))
        commit()
    }
}
