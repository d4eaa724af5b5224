import Logging
import Shared
import Synchronization
import SystemPackage
import Testing

@testable import Worker

@Suite(.timeLimit(.minutes(1)))
struct RootStoreTests {
    private static let base = "localhost/binfarm-epoch:1"
    private let epoch = ContentHasher.digest(Array("epoch".utf8))
    private let engine = FakeEngine(base: base)
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func packages(_ names: String) throws -> [DependencyPackage] {
        try names.map { name in
            DependencyPackage(
                cpv: try CPV("cat/\(name)-1"), buildID: 1, path: "cat/\(name)/\(name)-1-1.gpkg.tar",
                package: Blob(digest: ContentHasher.digest(Array("\(name)".utf8)), size: 1))
        }
    }

    private func store(budget: Int64 = 1000, clock: FakeClock = FakeClock()) -> RootStore {
        RootStore(
            engine: engine, usage: .images(budget: budget), label: "w1",
            uses: directory.path.appending("roots.json"), logger: Logger(label: "test"), now: { clock.next() })
    }

    /// Builds with these packages; what had to be installed for it.
    private func build(
        _ names: String, in store: RootStore, adding size: Int64 = 10,
        whileBuilding body: @escaping @Sendable (BuildRoot) async throws -> Void = { _ in }
    ) async throws -> [String] {
        let installed = Mutex<[String]>([])
        try await store.withRoot(
            of: try packages(names), over: epoch, named: Self.base,
            install: { [engine] installation in
                installed.withLock { $0.append(installation.packages.map(\.cpv.name).joined()) }
                await engine.commit(installation.commit, over: installation.image, adding: size)
            }, body: body)
        return installed.withLock { $0 }
    }

    @Test func `What is installed is kept, and a larger set takes the nearest and adds the rest in its order`()
        async throws
    {
        let store = store()
        #expect(try await build("ab", in: store) == ["ab"])
        #expect(try await build("ab", in: store) == [])
        #expect(try await build("ba", in: store) == [])
        #expect(try await build("xaby", in: store) == ["xy"])
        #expect(await store.kept.map(\.size) == [10, 10])
        #expect(await store.kept.map(\.layers).sorted() == [2, 3])
    }

    @Test func `A build without dependencies is built in the farm's image`() async throws {
        let store = store()
        let installed = try await build("", in: store) { root in
            #expect(root == BuildRoot(image: Self.base, missing: []))
        }
        #expect(installed == [])
    }

    @Test func `Two builds with the same set install it once`() async throws {
        let store = store()
        let gate = Gate()
        let (installs, installing) = AsyncStream<Void>.makeStream()
        let build = { @Sendable [store, engine, epoch, packages = try packages("ab")] in
            try await store.withRoot(
                of: packages, over: epoch, named: Self.base,
                install: { installation in
                    installing.yield()
                    await gate.wait()
                    await engine.commit(installation.commit, over: installation.image)
                }, body: { #expect($0.missing.isEmpty) })
        }
        let both = [Task { try await build() }, Task { try await build() }]
        await gate.open()
        for task in both { try await task.value }
        installing.finish()
        #expect(await installs.reduce(into: 0) { count, _ in count += 1 } == 1)
    }

    @Test func `When the one that installs is given up, the other one installs`() async throws {
        let store = store()
        let engine = engine
        let packages = try packages("ab")
        let (began, beginning) = AsyncStream<Void>.makeStream()
        let endless = AsyncStream<Void>.makeStream()
        let first = Task {
            try await store.withRoot(
                of: packages, over: epoch, named: Self.base,
                install: { _ in
                    beginning.finish()
                    // Nothing comes: only its being given up ends it.
                    for await _ in endless.stream {}
                    try Task.checkCancellation()
                }, body: { _ in })
        }
        for await _ in began {}
        let second = Task {
            try await store.withRoot(
                of: packages, over: epoch, named: Self.base,
                install: { await engine.commit($0.commit, over: $0.image) }, body: { $0.image })
        }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try await second.value != Self.base)
    }

    @Test func `A failure to install is the failure of the build`() async throws {
        let store = store()
        await #expect(throws: Failure.self) {
            try await store.withRoot(
                of: try packages("ab"), over: epoch, named: Self.base,
                install: { _ in throw Failure(.dependencyMissing, "no") }, body: { _ in })
        }
        #expect(try await build("ab", in: store) == ["ab"])
    }

    @Test func `A root that cannot be kept is installed in the build's own container`() async throws {
        let store = store()
        _ = try await build("a", in: store)
        await engine.fill()
        let kept = try #require(await store.kept.first)
        let installed = try await build("ab", in: store) { root in
            #expect(root.image.hasSuffix(kept.id.hex))
            #expect(root.missing.map(\.cpv.name) == ["b"])
        }
        #expect(installed == ["b"])
        #expect(await store.kept.map(\.id) == [kept.id])
    }

    @Test func `The budget is kept by those that were not used for the longest time, never by one in use`() async throws
    {
        let store = store(budget: 25)
        _ = try await build("a", in: store)
        _ = try await build("b", in: store)
        _ = try await build("a", in: store)
        _ = try await build("c", in: store)
        #expect(try await build("a", in: store) == [])
        #expect(try await build("b", in: store) == ["b"])
        let others = try await build("ab", in: store, adding: 100) { (_: BuildRoot) async throws in
            #expect(try await build("c", in: store) == ["c"])
        }
        #expect(others == ["b"] || others == ["a"])
    }

    @Test func `The next life finds what is whole, in the order of its use, and removes the rest`() async throws {
        let clock = FakeClock()
        let first = store(clock: clock)
        _ = try await build("a", in: first)
        _ = try await build("b", in: first)
        _ = try await build("a", in: first)
        let kept = await first.kept
        // Of another worker, and one that lost its name.
        await engine.commit(
            ImageCommit(name: "localhost/binfarm-root-w2:x", labels: [WorkerContext.labelKey: "w2"]), over: Self.base)
        let twice = try #require(await engine.images.values.first { $0.names.first?.hasSuffix(kept[0].id.hex) == true })
        await engine.commit(ImageCommit(name: twice.names[0], labels: twice.labels), over: Self.base)

        let second = store(clock: clock)
        try await second.reload()
        #expect(await second.kept == kept)
        #expect(await engine.removed == [twice.id])
        #expect(await engine.images["localhost/binfarm-root-w2:x"] != nil)

        let third = store(budget: 15, clock: clock)
        try await third.reload()
        #expect(try await build("a", in: third) == [])
    }

    @Test func `An image that somebody removed is made again`() async throws {
        let store = store()
        _ = try await build("a", in: store)
        let name = try #require(await engine.images.keys.first { $0.contains("root") })
        await engine.lose(name)
        #expect(try await build("a", in: store) == ["a"])
        await engine.lose(name)
        #expect(try await build("ab", in: store) == ["ab"])
    }

    @Test func `Where layers are whole copies, or none are wanted, nothing is kept`() async throws {
        #expect(RootUsage(driver: "overlay", budget: 1) == .images(budget: 1))
        #expect("\(RootUsage(driver: "vfs", budget: 1))".contains("'vfs' copies the whole image"))
        #expect("\(RootUsage(driver: "overlay", budget: 0))".contains("roots: 0"))
        let store = RootStore(
            engine: engine, usage: RootUsage(driver: "vfs", budget: 1), label: "w1",
            uses: directory.path.appending("roots.json"), logger: Logger(label: "test"))
        let installed = try await build("ab", in: store) { root in
            #expect(root.image == Self.base)
            #expect(root.missing.map(\.cpv.name) == ["a", "b"])
        }
        #expect(installed == [])
    }
}

/// Each look is a second later.
private final class FakeClock: Sendable {
    private let time = Mutex<Int64>(0)

    func next() -> Int64 {
        time.withLock { time in
            time += 1
            return time
        }
    }
}

/// Lets through once it is open.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
