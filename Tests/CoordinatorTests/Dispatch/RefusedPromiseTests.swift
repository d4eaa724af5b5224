import Core
import Logging
import Shared
import SystemPackage
import Testing
import ZeroMQ

@testable import BinpkgTesting
@testable import Coordinator

struct RefusedPromiseTests {
    @Test func `What is refused while the database takes nothing is not done later all the same`() async throws {
        let directory = try TemporaryDirectory()
        let place = directory.path
        _ = try SecretKeyFile.create(name: "node1", role: .worker, in: place)
        let store = try Store(path: place.appending("test.sqlite"))
        defer { try? store.close() }
        let catalogue = BlobCatalogue()
        let logs = try LogStore(directory: place.appending("logs"))
        let images = try ImageShelf(directory: place.appending("images"), reserve: 0)
        let services = DispatcherServices(
            keys: try KeyDirectory(place), store: store, attempts: LiveAttempts(), catalogue: catalogue,
            staging: try Staging(directory: place.appending("staging"), reserve: 0),
            logs: logs, packer: LogPacker(logs, attempts: LiveAttempts(), logger: Logger(label: "test")),
            distfiles: try DistfileStore(directory: place.appending("distfiles"), catalogue: catalogue),
            images: images, uploads: Uploads(into: images.inputs, catalogue: catalogue),
            foreign: try ForeignIndexes(
                directory: place.appending("upstreams"), of: [], catalogue: catalogue, logger: Logger(label: "test")),
            opener: FarmOpener(
                state: place,
                homes: KeyHomes(
                    signing: place.appending("gnupg"),
                    upstreams: try UpstreamKeys(directory: place.appending("upstream-keys"))),
                images: images, catalogue: catalogue, logger: Logger(label: "test"), reserve: 0),
            served: ServedFarms(), notifier: Notifier([], logger: Logger(label: "test")), refusedPeers: RefusedPeers(),
            faults: AsyncThrowingStream.makeStream(of: Never.self).continuation, instruments: Instruments())
        let loop = try EventLoop.start(name: "test")
        let dispatcher = try Dispatcher(
            try Socket(Context(), kind: .router), loop: loop, farms: [:], services: services, restoring: Snapshot(),
            lease: .seconds(30), logger: Logger(label: "test"))

        let whileFull = try await dispatcher.drain("node1", storeFault: "the disk is full")
        #expect(whileFull.isEmpty)
        let after = try await dispatcher.drain("node1", storeFault: nil)
        #expect(after == [WorkerName(rawValue: "node1")])
        await dispatcher.stop()
        await loop.shutdown()
    }
}

extension Dispatcher {
    /// The workers that it knows of after it was asked to drain one.
    fileprivate func drain(_ worker: String, storeFault: String?) throws -> [WorkerName] {
        self.storeFault = storeFault
        var request = WireClientMessage()
        request.drain.worker = worker
        try answer(request, Client(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: .operator))
        return Array(scheduler.durable.workers.keys)
    }
}
