package import Logging
import ServiceLifecycle
import Core
import Shared
import SystemPackage
import ZeroMQ

/// A whole coordinator: opens everything, binds the sockets when all is ready, and closes in reverse order.
package struct CoordinatorService: Service {
    let configuration: CoordinatorConfiguration
    let logger: Logger
    let instruments: Instruments

    /// For answers that are on their way when it is told to stop.
    private static let grace = Duration.seconds(3)

    /// - Parameter instruments: for measurements.
    package init(configuration: CoordinatorConfiguration, logger: Logger, instruments: Instruments = Instruments()) {
        self.configuration = configuration
        self.logger = logger
        self.instruments = instruments
    }

    package func run() async throws {
        let state = configuration.state
        try Directory.create(state, durably: true)
        let lock = try StateLock(in: state)
        let secret = try SecretKeyFile(contentsOf: configuration.key)
        let keys = try KeyDirectory(configuration.keys)
        let operatorToken = try configuration.operatorToken.map(OperatorToken.init(contentsOf:))
        for fault in keys.faults { logger.warning("a key file is not used", metadata: ["fault": "\(fault)"]) }
        let store = try Store(path: state.appending("coordinator.sqlite"))
        let catalogue = BlobCatalogue()
        let reserve = configuration.farms.map(\.reserve).min() ?? FarmConfiguration.standardReserve
        let images = try ImageShelf(directory: state.appending("images"), reserve: reserve)
        let registry = try configuration.registry.map {
            try ImageRegistry($0, notes: state.appending("registry"), logger: logger)
        }
        let homes = KeyHomes(
            signing: configuration.gnupg,
            upstreams: try UpstreamKeys(directory: state.appending("upstream-keys")))
        let opener = FarmOpener(
            state: state, homes: homes, images: images, catalogue: catalogue, logger: logger, reserve: reserve)
        let farms = try await opener.openAll(configuration.farms, store)
        let attempts = LiveAttempts()
        let logs = try LogStore(directory: state.appending("logs"))
        let packer = LogPacker(logs, attempts: attempts, logger: logger)
        let distfiles = try DistfileStore(
            directory: state.appending("distfiles"), reserve: reserve, catalogue: catalogue)
        let foreign = try ForeignIndexes(
            directory: state.appending("upstreams"), of: farms.values.flatMap(\.settings.upstreams.binhosts),
            catalogue: catalogue, logger: logger)
        let staging = try Staging(directory: state.appending("staging"), reserve: reserve)
        ForeignPackage.removeLeftovers(in: staging.directory)

        let control = try EventLoop.start(name: "control")
        let bulk = try EventLoop.start(name: "bulk")
        let context = try Context()
        // Before any socket binds: without a handler libzmq lets any key in.
        let zap = try await ZAPHandler.start(in: context, on: control) { [keys] request in
            guard let key = request.publicKey, let holder = keys.holder(of: key) else {
                return .deferred(reason: "unknown key")
            }
            return .accept(userID: holder.name)
        }
        var controlSocket = try Socket(
            context, kind: .router, options: SocketSettings.controlServer(secret.pair.secretKey))
        try controlSocket.bind(to: configuration.control)
        var bulkSocket = try Socket(context, kind: .router, options: SocketSettings.bulkServer(secret.pair.secretKey))
        try bulkSocket.bind(to: configuration.bulk)

        let refusedPeers = RefusedPeers()
        let served = ServedFarms()
        let notifier = Notifier(configuration.notify, logger: logger)
        let (faults, fault) = AsyncThrowingStream.makeStream(of: Never.self, throwing: (any Error).self)
        let services = DispatcherServices(
            keys: keys, store: store, attempts: attempts, catalogue: catalogue, staging: staging, logs: logs,
            packer: packer, distfiles: distfiles, images: images, registry: registry,
            uploads: Uploads(into: images.inputs, catalogue: catalogue), foreign: foreign, opener: opener,
            served: served,
            notifier: notifier, refusedPeers: refusedPeers,
            http: "\(configuration.http.host):\(configuration.http.port)", faults: fault, instruments: instruments)
        let dispatcher = try Dispatcher(
            controlSocket, loop: control, farms: farms, services: services,
            restoring: try await snapshot(store, farms), lease: configuration.lease, logger: logger)
        let bulkServer = BulkServer(
            bulkSocket, loop: bulk, keys: keys, catalogue: catalogue, attempts: attempts, staging: staging, logs: logs,
            distfiles: distfiles, refusedPeers: refusedPeers, logger: logger
        ) { happening in Task { await dispatcher.heard(happening) } }
        // First the leases are known, then what is offered for them is taken.
        try await dispatcher.start()
        try await bulkServer.start()
        let http = BinhostServer(
            host: configuration.http.host, port: configuration.http.port, logger: logger,
            farms: { served.farms },
            otherRoutes: { WebRoutes(dispatcher: dispatcher, operatorToken: operatorToken).add(to: $0) },
            onRunning: { [configuration, logger] port in
                logger.notice(
                    "serving",
                    metadata: [
                        "control": "\(configuration.control)", "bulk": "\(configuration.bulk)",
                        "http": "\(configuration.http.host):\(port)",
                        "farms": "\(farms.keys.sorted().joined(separator: " "))",
                    ])
            })
        let result = await Result(catching: {
            try await withThrowingTaskGroup { group in
                group.addTask { try await http.run() }
                group.addTask { await packer.run { await bulkServer.settle() } }
                group.addTask { for try await _ in faults {} }
                group.addTask {
                    try await gracefulShutdown()
                    await dispatcher.leave()
                    // Clients that take nothing are not waited for.
                    try await Task.sleep(for: Self.grace)
                }
                if !notifier.isEmpty { group.addTask { await notifier.run() } }
                defer { group.cancelAll() }
                try await group.next()
            }
        })
        await dispatcher.stop()
        await bulkServer.stop()
        await zap.close()
        await control.shutdown()
        await bulk.shutdown()
        try store.close()
        try result.get()
        _ = consume lock
    }

    /// What the database knows, and the BUILD_IDs that the binhosts have: a new database over an old binhost must not give
    /// them out again.
    private func snapshot(_ store: Store, _ farms: [String: Farm]) async throws -> Snapshot {
        var snapshot = try store.snapshot()
        for (name, farm) in farms {
            for (cpv, number) in await farm.buildIDs {
                let key = Snapshot.FarmPackage(farm: name, cpv: cpv)
                snapshot.buildIDs[key] = max(snapshot.buildIDs[key] ?? 0, number)
            }
        }
        return snapshot
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
