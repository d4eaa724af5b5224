import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The coordinator's HTTP server with the binhosts' routes.
struct BinhostServer: Service {
    private let responder: RouterResponder<BasicRequestContext>
    private let address: BindAddress
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - farms: by name; asked at each request.
    ///   - otherRoutes: adds the routes of other pages; more exact ones than `/:farm/**` come first.
    ///   - onRunning: gets the port once the server answers.
    init(
        host: String, port: Int, logger: Logger, farms: @escaping @Sendable () async -> [String: ServedFarm],
        otherRoutes: (Router<BasicRequestContext>) -> Void = { _ in },
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        address = .hostname(host, port: port)
        self.logger = logger
        self.onRunning = onRunning
        let router = Router(options: .autoGenerateHeadEndpoints)
        BinhostRoutes(farms: farms).add(to: router)
        otherRoutes(router)
        responder = router.buildResponder()
    }

    /// Serves until the task is cancelled or the service group shuts down gracefully.
    func run() async throws {
        let app = Application(
            responder: responder, configuration: .init(address: address, serverName: "binfarm"),
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await app.run()
    }
}
