internal import Glibc
package import Logging
internal import ServiceLifecycle
internal import Shared
internal import SystemPackage
internal import ZeroMQ

/// The worker as a whole: opens its state and connections, and runs until it is asked to stop.
package struct WorkerService: Service {
    let configuration: WorkerConfiguration
    let logger: Logger

    package init(configuration: WorkerConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    package func run() async throws {
        try Directory.create(configuration.state, durably: true)
        let state = try RealPath.of(configuration.state)
        let lock = try StateLock(in: state)
        let secret = try SecretKeyFile(contentsOf: configuration.key)
        let coordinator = try PublicKeyFile(contentsOf: configuration.coordinator.key)
        guard coordinator.role == .coordinator else {
            throw ConfigurationError(
                file: configuration.coordinator.key.string,
                problem: "is the key of a \(coordinator.role.rawValue), not of a coordinator")
        }
        let engine = CommandLineEngine(configuration.engine, logger: logger)
        let version = try await engine.version()

        let loop = try EventLoop.start(name: "binfarm-worker")
        do {
            try await serve(
                state: state, loop: loop, engine: engine, version: version, keys: secret.pair,
                server: coordinator.key)
        } catch {
            await loop.shutdown()
            throw error
        }
        await loop.shutdown()
        withExtendedLifetime(lock) {}
    }

    private func serve(
        state: FilePath, loop: EventLoop, engine: any ContainerEngine, version: String, keys: CurveKeyPair,
        server: CurvePublicKey
    ) async throws {
        let zmq = try Context()
        let bulkSocket = AsyncSocket(
            try Socket(zmq, kind: .dealer, options: SocketSettings.bulkClient(keys, server: server)), on: loop)
        let bulk = BulkLink(bulkSocket, logger: logger)
        let cache = try BlobCache(directory: state.appending("cache"), link: bulk)
        let label = String(ContentHasher.digest(Array(state.string.utf8)).hex.prefix(16))
        let roots = RootStore(
            engine: engine,
            usage: RootUsage(driver: try await engine.storageDriver(), budget: configuration.roots), label: label,
            uses: state.appending("roots.json"), logger: logger)
        let context = WorkerContext(
            engine: engine,
            images: ImageStore(
                engine: engine, cache: cache, uses: state.appending("images.json"), logger: logger), roots: roots,
            cache: cache, bulk: bulk,
            distfiles: try DistfileShelf(directory: state.appending("distfiles").appending("by-digest")),
            failedWork: try FailedWork(
                directory: state.appending("failed"), budget: configuration.failed, engine: engine, logger: logger),
            ccache: state.appending("ccache").appending("caches"), attempts: state.appending("attempts"),
            network: configuration.network, label: label, logger: logger)
        try Directory.create(context.attempts, permissions: .ownerReadWriteExecute, durably: true)
        let orphans = try await engine.removeAll(label: WorkerContext.labelKey, value: context.label)
        if orphans > 0 { logger.warning("containers of an earlier life removed", metadata: ["count": "\(orphans)"]) }
        await ImageRunner.tidy(context)
        await CompilerCaches(directory: context.ccache, engine: engine, logger: logger).tidy()
        try await roots.reload()
        await context.failedWork.reload()
        let kept = await roots.kept.count
        let left = try await AttemptShelf.reload(context.attempts, engine: engine, logger: logger)

        let link = ControlLink(
            try Socket(zmq, kind: .dealer, options: SocketSettings.controlClient(keys, server: server)), on: loop,
            logger: logger)
        let shells = Shells(context: context, directory: state.appending("shells"), link: link)
        try await shells.reload()
        let agent = Agent(
            context: context, link: link, shells: shells, configuration: configuration, engineVersion: version,
            left: left)
        logger.info(
            "worker started",
            metadata: [
                "engine": "\(version)", "state": "\(state)", "slots": "\(configuration.slots)",
                "unsettled": "\(left.count)", "prepared roots": "\(roots.usage)",
                "kept roots": "\(kept)",
            ])
        try await bulkSocket.connect(to: configuration.coordinator.bulk ?? "")
        try await link.connect(to: configuration.coordinator.control)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bulk.run() }
            group.addTask { await agent.run() }
            group.addTask { try await agent.keepAlive() }
            group.addTask {
                try await gracefulShutdown()
                logger.info("stopping")
                await agent.stop()
            }
            // Whoever ends first ends the worker: the shutdown on purpose, the others by a fault.
            do {
                try await group.next()
            } catch {
                await agent.stop()
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        await bulkSocket.close()
    }
}
