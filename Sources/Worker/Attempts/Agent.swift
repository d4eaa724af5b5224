internal import Logging
internal import Shared
internal import SystemPackage

/// Answers the coordinator: starts attempts, renews their leases, tells their ends, and forgets them when told so.
actor Agent {
    private struct Running {
        var phase: Phase
        var gauge: UsageGauge
        let work: Task<Void, Never>
        let log: LogSpool
        let logUpload: Task<Void, any Error>
        let measuring: Task<Void, Never>
    }

    private struct Held {
        let record: AttemptRecord
        var logUpload: Task<Void, any Error>?
        var delivery: Task<Void, Never>?
    }

    private let context: WorkerContext
    private let link: ControlLink
    private let shells: Shells
    private let configuration: WorkerConfiguration
    private let engineVersion: String
    private let logger: Logger

    private var running: [AttemptID: Running] = [:]
    private var held: [AttemptID: Held] = [:]
    /// Revoked attempts whose containers are still being removed.
    private var ending: [AttemptID: Task<Void, Never>] = [:]
    private var isConnected = false
    private var isWelcome = false
    private var isStopping = false
    private var lease = Duration.seconds(30)
    /// Between two renewals.
    private var pause: Task<Void, Never>?

    /// When Hello was said on this connection, while its answer is awaited.
    private var helloSaid: ContinuousClock.Instant?
    /// Waits for deliveries at the end.
    private var lastWait: Task<Void, Never>?

    /// How often it is looked whether Hello is to be said.
    private static let helloInterval = Duration.seconds(5)
    /// A coordinator may be slow to answer; each Hello counts for it as a new beginning.
    private static let helloPatience = Duration.seconds(30)
    /// What is finished may still be delivered for so long when the worker stops.
    private static let stopPatience = Duration.seconds(10)
    /// How often it is looked what attempts use.
    private static let measuringInterval = Duration.seconds(5)
    static let protocolVersion: UInt32 = 3

    /// - Parameter left: finished attempts of the worker's earlier life that are not settled.
    init(
        context: WorkerContext, link: ControlLink, shells: Shells, configuration: WorkerConfiguration,
        engineVersion: String, left: [AttemptRecord]
    ) {
        self.context = context
        self.link = link
        self.shells = shells
        self.configuration = configuration
        self.engineVersion = engineVersion
        logger = context.logger
        for record in left { held[record.attempt] = Held(record: record) }
    }

    // MARK: The connection

    /// Handles what the connection brings, in order, until it is closed.
    func run() async {
        for await event in link.events {
            switch event {
            case .connected:
                logger.info("connected", metadata: ["coordinator": "\(configuration.coordinator.control)"])
                isConnected = true
                isWelcome = false
                helloSaid = nil
                await sayHello()
            case .disconnected:
                logger.warning("connection lost; builds go on")
                isConnected = false
                isWelcome = false
                for id in Array(held.keys) { stopDelivery(id) }
                await shells.cancelAll()
            case .overrun:
                isWelcome = false
                await sayHello()
            case .message(let message):
                await handle(message)
            }
        }
    }

    /// Renews the leases of what runs here, at a third of their length.
    func keepAlive() async throws {
        while true {
            if isConnected {
                if isWelcome {
                    await renew()
                } else if helloSaid.map({ $0.duration(to: .now) >= Self.helloPatience }) ?? true {
                    await sayHello()
                }
            }
            await rest(for: isWelcome ? min(lease / 3, .seconds(20)) : Self.helloInterval)
            try Task.checkCancellation()
        }
    }

    /// Until the time has passed, or a Welcome says which pace holds from now on.
    private func rest(for time: Duration) async {
        let pause = Task { _ = try? await Task.sleep(for: time) }
        self.pause = pause
        await withTaskCancellationHandler(operation: { await pause.value }, onCancel: { pause.cancel() })
    }

    private func sayHello() async {
        helloSaid = .now
        var hello = WireHello()
        hello.protocolMin = Self.protocolVersion
        hello.protocolMax = Self.protocolVersion
        hello.version = BinfarmVersion.text
        hello.hostname = HostFacts.name
        hello.slots = configuration.slots
        hello.cores = configuration.cores ?? HostFacts.cores
        hello.memory = configuration.memory ?? HostFacts.memory
        hello.diskFree = HostFacts.diskFree(context.attempts)
        hello.engine = engineVersion
        hello.attempts = attempts
        await link.post(.hello(hello), as: .hello)
    }

    private func renew() async {
        var renew = WireRenew()
        renew.attempts = attempts
        renew.diskFree = HostFacts.diskFree(context.attempts)
        renew.memoryFree = HostFacts.memoryFree
        if let load = HostFacts.load { renew.load = load }
        await link.post(.renew(renew), as: .renew)
    }

    private var attempts: [WireHeldAttempt] {
        running.map { id, running in
            WireHeldAttempt(id, running.phase, finished: false, usage: running.gauge.usage)
        }
            + held.keys.map { WireHeldAttempt($0, .offering, finished: true) }
    }

    // MARK: Messages

    private func handle(_ message: WireCoordinatorMessage) async {
        do {
            switch message.body {
            case .welcome(let welcome): try await handle(welcome)
            case .assign(let assign): try start(AttemptTask(assign))
            case .settled(let settled): try handle(settled)
            case .revoke(let revoke): try handle(revoke)
            case .shellStart(let start): if !isStopping { await shells.start(start) }
            case .shell(let word): await shells.hear(word)
            case .error(let error):
                logger.error(
                    "the coordinator refuses", metadata: ["message": "\(error.message)", "remedy": "\(error.remedy)"])
                // It may have given this worker up after a silence: Hello is said at the next renewal.
                isWelcome = false
                helloSaid = nil
            default: break
            }
        } catch {
            logger.warning("message ignored", metadata: ["error": "\(error)"])
        }
    }

    private func handle(_ welcome: WireWelcome) async throws {
        isWelcome = true
        helloSaid = nil
        lease = .milliseconds(max(1000, min(welcome.leaseMs, 3_600_000)))
        pause?.cancel()
        logger.info("welcome", metadata: ["as": "\(welcome.name)", "lease": "\(lease.forPeople)"])
        var adopted: Set<AttemptID> = []
        for attempt in welcome.adopted { adopted.insert(try attempt.domain()) }
        // Messages keep their order: what was assigned before this Welcome was unknown here when Hello was said, or is among
        // the adopted.
        for id in Array(running.keys) where !adopted.contains(id) { abandon(id, because: "the coordinator gave it up") }
        for id in Array(held.keys) {
            if adopted.contains(id) { deliver(id) } else { forget(id, because: "the coordinator gave it up") }
        }
    }

    private func handle(_ settled: WireSettled) throws {
        let id = try settled.attempt.domain()
        let what = settled.accepted ? "accepted" : "not accepted: \(settled.reason)"
        guard held[id] != nil else { return }
        forget(id, because: what)
    }

    private func handle(_ revoke: WireRevoke) throws {
        let id = try revoke.attempt.domain()
        abandon(id, because: "revoked: \(revoke.reason)")
        if held[id] != nil { forget(id, because: "revoked: \(revoke.reason)") }
    }

    // MARK: Attempts

    private func start(_ task: AttemptTask) throws {
        let id = task.attempt
        guard running[id] == nil, held[id] == nil, ending[id] == nil, !isStopping else { return }
        if running.values.count(where: { $0.phase != .trial }) >= Int(configuration.slots) {
            logger.warning("more attempts than slots", metadata: ["slots": "\(configuration.slots)"])
        }
        let directory = AttemptDirectory(id, in: context.attempts)
        let log: LogSpool
        do {
            try directory.create()
            try AttemptRecord(attempt: id).write(to: directory.record)
            log = try LogSpool(path: directory.log, limit: task.limits.logBytes)
        } catch {
            logger.error("attempt not started", metadata: ["attempt": "\(id)", "error": "\(error)"])
            held[id] = Held(record: AttemptRecord(attempt: id, outcome: .failure(AttemptRun.failure(error))))
            return deliver(id)
        }
        logger.info("started", metadata: ["attempt": "\(id)", "task": "\(task.subject)"])
        let disk = DiskMeter(directory.work)
        let run = AttemptRun(task: task, context: context, log: log, disk: disk) { await self.entered($0, id) }
        let upload = LogUpload(link: context.bulk, attempt: id, source: log)
        running[id] = Running(
            phase: .fetchingImage, gauge: UsageGauge(workInMemory: task.workInMemory),
            work: Task {
                let record = await run.run()
                self.ended(id, record)
            },
            log: log,
            logUpload: Task { try await upload.run() },
            // Not where leases are renewed: a disk that is busy makes a small file wait, too.
            measuring: Task {
                while (try? await Task.sleep(for: Self.measuringInterval)) != nil {
                    guard let found = try? await Blocking.run({ directory.using }) else { continue }
                    self.measured(id, found, disk: disk.last)
                }
            })
    }

    private func measured(_ id: AttemptID, _ found: CgroupUsage, disk: Int64?) {
        running[id]?.gauge.take(found, disk: disk)
    }

    private func entered(_ phase: Phase, _ id: AttemptID) async {
        guard running[id] != nil else { return }
        running[id]?.phase = phase
        logger.debug("phase", metadata: ["attempt": "\(id)", "phase": "\(phase.rawValue)"])
        if isWelcome { await renew() }
    }

    private func ended(_ id: AttemptID, _ record: AttemptRecord?) {
        guard let running = running.removeValue(forKey: id) else { return }
        running.measuring.cancel()
        guard let record else { return }
        logger.info("ended", metadata: ["attempt": "\(id)", "outcome": "\(Self.text(record.outcome))"])
        held[id] = Held(record: record, logUpload: running.logUpload)
        if isWelcome { deliver(id) }
    }

    private static func text(_ outcome: Outcome?) -> String {
        switch outcome {
        case .package(let blob)?: "package \(blob.digest.short)"
        case .resolution(let blob)?: "resolution \(blob.digest.short)"
        case .failure(let failure)?: "\(failure)"
        case nil: "none"
        }
    }

    private func deliver(_ id: AttemptID) {
        guard let record = held[id]?.record else { return }
        stopDelivery(id)
        let link = link
        let delivery = Delivery(record: record, context: context, logUpload: held[id]?.logUpload) { finished in
            await link.post(.finished(finished), as: .finished(id))
        }
        let logger = logger
        held[id]?.delivery = Task {
            do {
                try await delivery.run()
            } catch is CancellationError {
            } catch {
                logger.error("not delivered", metadata: ["attempt": "\(id)", "error": "\(error)"])
            }
        }
    }

    private func stopDelivery(_ id: AttemptID) {
        held[id]?.delivery?.cancel()
        held[id]?.delivery = nil
    }

    private func forget(_ id: AttemptID, because reason: String) {
        stopDelivery(id)
        held.removeValue(forKey: id)?.logUpload?.cancel()
        if held.isEmpty { lastWait?.cancel() }
        logger.info("settled", metadata: ["attempt": "\(id)", "result": "\(reason)"])
        remove(id)
    }

    /// Ends a running attempt and leaves no trace of it.
    private func abandon(_ id: AttemptID, because reason: String) {
        guard let attempt = running.removeValue(forKey: id) else { return }
        logger.info("abandoned", metadata: ["attempt": "\(id)", "reason": "\(reason)"])
        attempt.work.cancel()
        attempt.logUpload.cancel()
        attempt.measuring.cancel()
        ending[id] = Task {
            await attempt.work.value
            // Lets the upload see that it is cancelled.
            try? await attempt.log.finish()
            remove(id)
            ending[id] = nil
        }
    }

    private func remove(_ id: AttemptID) {
        let path = AttemptDirectory(id, in: context.attempts).path
        let (engine, logger) = (context.engine, logger)
        Task {
            do {
                try await engine.removeTree(path)
            } catch {
                logger.warning("not removed", metadata: ["path": "\(path)", "error": "\(error)"])
            }
        }
    }

    // MARK: The end

    /// Ends what runs, and waits a little for what is finished. What cannot be delivered stays on disk for the next life;
    /// goodbye is not said then, because it gives up all leases: they last until the worker is back, or end by themselves.
    func stop() async {
        isStopping = true
        for id in Array(running.keys) { abandon(id, because: "the worker stops") }
        await shells.endAll()
        if isWelcome, !held.isEmpty {
            let wait = Task { _ = try? await Task.sleep(for: Self.stopPatience) }
            lastWait = wait
            await wait.value
        }
        if isConnected, held.isEmpty { await link.post(.goodbye(WireGoodbye()), as: .goodbye) }
        if !held.isEmpty { logger.warning("kept for the next life", metadata: ["finished": "\(held.count)"]) }
        for id in Array(held.keys) {
            stopDelivery(id)
            held[id]?.logUpload?.cancel()
        }
        for task in Array(ending.values) { await task.value }
        await context.cache.stop()
        await link.close()
    }
}

extension WireHeldAttempt {
    init(_ id: AttemptID, _ phase: Phase, finished: Bool, usage: Usage? = nil) {
        self.init()
        attempt = id.wire
        self.phase = phase.wire
        self.finished = finished
        if let usage { self.usage = usage.wire }
    }
}
