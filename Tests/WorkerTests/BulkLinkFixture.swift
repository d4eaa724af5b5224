import Logging
import Shared
import SystemPackage
import ZeroMQ

@testable import Worker

extension FakeCoordinator {
    /// Runs `body` with a coordinator and a worker's bulk link to it, over real sockets; both are gone afterwards.
    static func withBulkLink(_ body: (FakeCoordinator, BulkLink) async throws -> Void) async throws {
        let coordinator = try FakeCoordinator()
        try await coordinator.start()
        let loop = try EventLoop.start(name: "worker")
        let keys = try SecretKeyFile(contentsOf: coordinator.directory.appending("w1.secret")).pair
        let socket = AsyncSocket(
            try Socket(
                try Context(), kind: .dealer,
                options: SocketSettings.bulkClient(keys, server: coordinator.keys.publicKey)), on: loop)
        let link = BulkLink(socket, logger: Logger(label: "test"), patience: .milliseconds(300))
        try await socket.connect(to: coordinator.bulkEndpoint)
        let running = Task { try await link.run() }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(coordinator, link))
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        await socket.close()
        _ = try? await running.value
        await coordinator.stop()
        await loop.shutdown()
        try FileTree.remove(coordinator.directory)
        try outcome.get()
    }
}

extension WorkerContext {
    /// Of a worker whose engine does nothing.
    static func withFakeEngine(_ bulk: BulkLink, state: FilePath) throws -> WorkerContext {
        let logger = Logger(label: "test")
        let cache = try BlobCache(directory: state.appending("cache"), link: bulk)
        return WorkerContext(
            engine: FakeEngine(),
            images: ImageStore(
                engine: FakeEngine(), cache: cache, uses: state.appending("images.json"), logger: logger),
            roots: RootStore(
                engine: FakeEngine(), usage: .inPlace(because: "a test"), label: "test",
                uses: state.appending("roots.json"), logger: logger), cache: cache, bulk: bulk,
            distfiles: try DistfileShelf(directory: state.appending("distfiles")),
            failedWork: try FailedWork(
                directory: state.appending("failed"), budget: 0, engine: FakeEngine(), logger: logger),
            ccache: state.appending("ccache"), attempts: state.appending("attempts"), network: "none", label: "test",
            logger: logger)
    }
}
