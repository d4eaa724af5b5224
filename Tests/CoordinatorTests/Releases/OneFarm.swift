import Core
import Logging
import Shared
import SystemPackage
import Testing
import ZeroMQ

@testable import BinpkgTesting
@testable import Coordinator

/// What a dispatcher with one farm, `x`, works on; it can be ended and begun again.
struct OneFarm {
    let directory: TemporaryDirectory
    let releases: ReleaseShelf
    /// Bytes that staging leaves free.
    var reserve: Int64 = 0
    /// The coordinator's own home of gpg's.
    var gnupg: FilePath = "/nonexistent"

    /// As coordinator.yaml describes it.
    private let configuration: String
    private let image: Blob?

    /// - Parameters:
    ///   - hasImage: else it has the one that is made for it.
    ///   - more: of its configuration.
    init(hasImage: Bool = true, _ more: String = "") throws {
        configuration = hasImage ? "{name: x, image: y\(more)}" : "{name: x\(more)}"
        image = hasImage ? Blob(digest: ContentHasher.digest([1]), size: 1) : nil
        directory = try TemporaryDirectory()
        releases = ReleaseShelf(directory: directory.path.appending("releases/x"))
        try Directory.create(directory.path.appending("keys"))
    }

    /// A farm as coordinator.yaml describes it.
    func farm(_ text: String, _ homes: KeyHomes) throws -> Farm {
        let configuration = try StrictYAML.decode(FarmConfiguration.self, from: text, file: "coordinator.yaml")
        let (place, name) = (directory.path, configuration.name)
        return Farm(
            configuration: configuration, image: image,
            binhost: try Binhost(directory: place.appending("binhosts").appending(name), reserve: 0),
            withheld: try Binhost(directory: place.appending("withheld").appending(name), reserve: 0),
            releases: ReleaseShelf(directory: place.appending("releases").appending(name)), homes: homes)
    }

    /// A dispatcher as after a start, which nobody is connected to.
    func with(_ body: (Dispatcher) async throws -> Void) async throws {
        let place = directory.path
        let store = try Store(path: place.appending("test.sqlite"))
        defer { try? store.close() }
        let catalogue = BlobCatalogue()
        let logs = try LogStore(directory: place.appending("logs"))
        let images = try ImageShelf(directory: place.appending("images"), reserve: 0, grace: .zero)
        let homes = KeyHomes(
            signing: gnupg, upstreams: try UpstreamKeys(directory: place.appending("upstream-keys"), grace: .zero))
        let services = DispatcherServices(
            keys: try KeyDirectory(place.appending("keys")), store: store, attempts: LiveAttempts(),
            catalogue: catalogue, staging: try Staging(directory: place.appending("staging"), reserve: reserve),
            logs: logs, packer: LogPacker(logs, attempts: LiveAttempts(), logger: Logger(label: "test")),
            distfiles: try DistfileStore(directory: place.appending("distfiles"), catalogue: catalogue),
            images: images, uploads: Uploads(into: images.inputs, catalogue: catalogue),
            foreign: try ForeignIndexes(
                directory: place.appending("upstreams"), of: [], catalogue: catalogue, logger: Logger(label: "test")),
            opener: FarmOpener(
                state: place, homes: homes, images: images, catalogue: catalogue, logger: Logger(label: "test"),
                reserve: 0),
            served: ServedFarms(),
            notifier: Notifier([], logger: Logger(label: "test")), refusedPeers: RefusedPeers(),
            faults: AsyncThrowingStream.makeStream(of: Never.self).continuation, instruments: Instruments())
        var farm = try farm(configuration, homes)
        if image == nil, let made = try store.images()["x"]?.first { farm.take(made) }
        let loop = try EventLoop.start(name: "test")
        let dispatcher = try Dispatcher(
            try Socket(Context(), kind: .router), loop: loop, farms: ["x": farm], services: services,
            restoring: try store.snapshot(), lease: .seconds(30), logger: Logger(label: "test"))
        do {
            await dispatcher.restoreHolds()
            try await body(dispatcher)
            try await dispatcher.rest()
        } catch {
            Issue.record(error)
        }
        await dispatcher.stop()
        await loop.shutdown()
    }
}

extension Dispatcher {
    /// Comes back when all that was decided is committed and carried out.
    func rest() async throws {
        while isCommitting || !steps.isEmpty { await Task.yield() }
        for ending in holdsEnding.values { await ending.value }
        await imageWork?.value
    }
}
