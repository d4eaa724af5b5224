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
        let reserve = configuration.farms.map(\.reserve).min() ?? 0
        let images = try ImageShelf(directory: state.appending("images"), reserve: reserve)
        let made = try store.images()
        let homes = KeyHomes(
            signing: configuration.gnupg,
            upstreams: try UpstreamKeys(directory: state.appending("upstream-keys")))
        let farms = try await openFarms(catalogue, images, made, homes)
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
            packer: packer, distfiles: distfiles, images: images,
            uploads: Uploads(into: images.inputs, catalogue: catalogue), foreign: foreign, homes: homes, served: served,
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
        logger.notice(
            "serving",
            metadata: [
                "control": "\(configuration.control)", "bulk": "\(configuration.bulk)",
                "http": "\(configuration.http.host):\(configuration.http.port)",
                "farms": "\(farms.keys.sorted().joined(separator: " "))",
            ])
        let http = BinhostServer(
            host: configuration.http.host, port: configuration.http.port, logger: logger,
            farms: { served.farms },
            otherRoutes: { WebRoutes(dispatcher: dispatcher, operatorToken: operatorToken).add(to: $0) })
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
            for binhost in farm.binhosts {
                for package in await binhost.packages {
                    let key = Snapshot.FarmPackage(farm: name, cpv: package.cpv)
                    snapshot.buildIDs[key] = max(snapshot.buildIDs[key] ?? 0, Int32(clamping: package.buildID))
                }
            }
        }
        return snapshot
    }

    /// - Parameter made: images of each farm, the newest first.
    private func openFarms(
        _ catalogue: BlobCatalogue, _ images: ImageShelf, _ made: [String: [FarmImage]], _ homes: KeyHomes
    ) async throws -> [String: Farm] {
        for image in made.values.joined() where images.has(image.archive) {
            catalogue.register(image.archive.digest, at: images.path(of: image.archive.digest))
        }
        for name in try Directory.names(in: images.inputs.directory) {
            guard let digest = ContentDigest(hex: name) else { continue }
            catalogue.register(digest, at: images.inputs.path(of: digest))
        }
        var farms: [String: Farm] = [:]
        for configuration in configuration.farms {
            let image = try await image(of: configuration)
            var farm = Farm(
                configuration: configuration, image: image,
                binhost: try open("binhosts", of: configuration), withheld: try open("withheld", of: configuration),
                releases: ReleaseShelf(
                    directory: self.configuration.state.appending("releases").appending(configuration.name)),
                homes: homes)
            if image == nil, let newest = made[configuration.name]?.first {
                farm.take(newest, isThere: images.has(newest.archive))
                if farm.image == nil {
                    logger.warning(
                        "the farm's image is not there; farmctl image build makes it again",
                        metadata: [
                            "farm": "\(configuration.name)", "path": "\(images.path(of: newest.archive.digest))",
                        ])
                }
            }
            try await checkKey(of: farm)
            try farm.releases.tidy()
            let tidied = try await farm.tidy()
            if !tidied.isEmpty {
                logger.notice(
                    "withdrawn for `bindist: \(farm.bindist)`",
                    metadata: ["farm": "\(configuration.name)", "packages": "\(tidied)"])
            }
            for binhost in farm.binhosts {
                for package in await binhost.packages {
                    catalogue.register(package.sha256, at: binhost.directory.appending(package.path))
                }
            }
            if let image, let path = configuration.image { catalogue.register(image.digest, at: path) }
            farms[configuration.name] = farm
        }
        return farms
    }

    /// A key that coordinator.yaml names signs something before the coordinator serves. One that a farm file names did so when it
    /// came: when it does not now, nothing of that one farm is published, and `farmctl status` says why.
    private func checkKey(of farm: Farm) async throws {
        guard let key = farm.signer?.key else { return }
        do throws(SigningError) { try await key.check() } catch {
            let problem = "the packages of farm \(farm.configuration.name) cannot be signed: \(error)"
            guard farm.configuration.signing == nil else {
                throw ConfigurationError(file: key.home.string, problem: problem)
            }
            logger.error("\(problem)")
        }
    }

    /// What the configuration names; nil when it names none.
    private func image(of farm: FarmConfiguration) async throws -> Blob? {
        guard let path = farm.image else { return nil }
        do { return try await Self.digest(path) } catch {
            throw ConfigurationError(
                file: path.string, problem: "the image of farm \(farm.name) cannot be read: \(error)")
        }
    }

    private func open(_ folder: String, of farm: FarmConfiguration) throws -> Binhost {
        let binhost = try Binhost(
            directory: configuration.state.appending(folder).appending(farm.name), reserve: farm.reserve)
        for warning in binhost.warnings {
            logger.warning("\(folder)", metadata: ["farm": "\(farm.name)", "warning": "\(warning)"])
        }
        return binhost
    }

    @concurrent
    private static func digest(_ path: FilePath) async throws -> Blob { try ContentHasher.blob(of: path) }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
