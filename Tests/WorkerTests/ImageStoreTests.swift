import Foundation
import Logging
import Shared
import Synchronization
import SystemPackage
import Testing

@testable import Worker

/// How long a worker keeps the images that builds begin with.
struct ImageStoreTests {
    private static let day: Int64 = 24 * 3600

    private static func archive(_ number: UInt8) -> Blob {
        Blob(digest: ContentHasher.digest([number]), size: 1)
    }

    private static func name(_ number: UInt8) -> String { "localhost/binfarm-epoch:\(archive(number).digest.hex)" }

    @Test func `An image that was not needed for two weeks goes when another comes, over restarts`() async throws {
        try await FakeCoordinator.withBulkLink { _, link in
            let directory = try TemporaryDirectory()
            let cache = try BlobCache(directory: directory.path.appending("cache"), link: link, boot: "")
            let engine = FakeEngine(base: "made")
            let time = Mutex<Int64>(1_000_000)
            func store() -> ImageStore {
                let now = time.withLock { $0 }
                return ImageStore(
                    engine: engine, cache: cache, uses: directory.path.appending("images.json"),
                    logger: Logger(label: "test"), now: { now })
            }
            try await store().adopt("made", as: Self.archive(1))
            try await store().adopt("made", as: Self.archive(2))
            time.withLock { $0 += 10 * Self.day }
            #expect(try await store().name(of: Self.archive(1)) == Self.name(1))
            time.withLock { $0 += 5 * Self.day }
            // As if it had been fetched.
            let file = directory.path.appending("cache").appending("blobs").appending(Self.archive(3).digest.hex)
            try Data([3]).write(to: URL(fileURLWithPath: file.string))
            #expect(try await store().name(of: Self.archive(3)) == Self.name(3))
            #expect(await engine.removed == [Self.name(2)])
            for number in [1, 3] as [UInt8] { #expect(try await engine.hasImage(Self.name(number))) }
        }
    }

    @Test func `An image that a registry has is pulled from there; where it cannot be, it comes from the coordinator`()
        async throws
    {
        try await FakeCoordinator.withBulkLink { _, link in
            let directory = try TemporaryDirectory()
            let cache = try BlobCache(directory: directory.path.appending("cache"), link: link, boot: "")
            let engine = FakeEngine()
            let store = ImageStore(
                engine: engine, cache: cache, uses: directory.path.appending("images.json"),
                logger: Logger(label: "test"))
            let images = try (1...2).map { number in
                try #require(RegistryImage("h/p@sha256:" + String(repeating: "\(number)", count: 64)))
            }
            await engine.put(images[0])
            for number in [1, 2] as [UInt8] {
                await store.learn(images[Int(number) - 1], of: Self.archive(number))
                // As if it had been fetched, if it is asked for.
                let file = directory.path.appending("cache").appending("blobs")
                    .appending(Self.archive(number).digest.hex)
                try Data([number]).write(to: URL(fileURLWithPath: file.string))
                #expect(try await store.name(of: Self.archive(number)) == Self.name(number))
                #expect(try await engine.hasImage(Self.name(number)))
                #expect(await engine.loads == (number == 1 ? 0 : 1))
            }
        }
    }
}
