import Shared
import SystemPackage
import Testing

@testable import Worker

/// A build's distfiles, over real sockets and without containers: what they would fetch is put there by the test.
@Suite(.timeLimit(.minutes(1)))
struct DistfileTests {
    private let attempt = AttemptID(job: JobID(run: RunID(rawValue: 1), index: 2), fence: Fence(rawValue: 3))
    private let bytes = Array("the source of a".utf8)

    private func distfile(_ name: String = "a-1.tar", _ content: [UInt8]? = nil) throws -> Distfile {
        let content = content ?? bytes
        return try #require(Distfile(name: name, size: Int64(content.count), digest: BLAKE2b.digest(content)))
    }

    private func with(
        _ distfiles: [Distfile], _ body: (FakeCoordinator, BuildDistfiles) async throws -> Void
    ) async throws {
        try await FakeCoordinator.withBulkLink { coordinator, bulk in
            let context = try WorkerContext.withFakeEngine(bulk, state: coordinator.directory.appending("state"))
            let directory = AttemptDirectory(attempt, in: context.attempts)
            try directory.create()
            try await body(
                coordinator,
                BuildDistfiles(distfiles: distfiles, attempt: attempt, context: context, directory: directory))
        }
    }

    @Test func `What the coordinator has comes from there, once, and is named in DISTDIR`() async throws {
        let distfile = try distfile()
        try await with([distfile]) { coordinator, build in
            let source = coordinator.directory.appending("source")
            try AtomicFile.write(bytes, to: source)
            try await coordinator.serve(source, as: distfile)
            #expect(try await build.gather().isEmpty)
            #expect(try await build.gather().isEmpty)
            #expect(await coordinator.locates.count == 1)
            #expect(await coordinator.wants.count == 1)
            try build.name()
            let link = try FilePath(
                #require(try? linkTarget(build.directory.distfiles.appending("a-1.tar"))))
            #expect(link == FilePath(ContainerLayout.hostDistfiles).appending(distfile.digest.hex))
            #expect(try ContentHasher.blob(of: build.context.distfiles.path(of: distfile)).size == distfile.size)
        }
    }

    @Test func `What nobody has is fetched here, kept, and offered to the farm`() async throws {
        let distfile = try distfile()
        try await with([distfile]) { coordinator, build in
            let absent = try await build.gather()
            #expect(absent == [distfile])
            try AtomicFile.write(bytes, to: build.directory.distfiles.appending("a-1.tar"))
            try await build.keep(absent)
            #expect(await coordinator.distfileDigests == [distfile.digest])
            #expect(await coordinator.uploads.values.contains(bytes))
            #expect(build.context.distfiles.has(distfile))
        }
    }

    @Test func `Another file, a link, or none where it should be fails by name, and nothing is kept or offered`()
        async throws
    {
        let distfile = try distfile()
        try await with([distfile]) { coordinator, build in
            let place = build.directory.distfiles.appending("a-1.tar")
            let missing = await #expect(throws: Failure.self) { try await build.keep([distfile]) }
            #expect(missing?.reason.hasPrefix("a-1.tar was not fetched") == true)
            try AtomicFile.write(bytes.map { $0 ^ 1 }, to: place)
            let other = await #expect(throws: Failure.self) { try await build.keep([distfile]) }
            #expect(other?.failureClass == .fetchFailed)
            #expect(other?.reason == "what was fetched as a-1.tar is not what its Manifest names")
            try link("/etc/passwd", place)
            let linked = await #expect(throws: Failure.self) { try await build.keep([distfile]) }
            #expect(linked?.failureClass == .fetchFailed)
            #expect(try Directory.names(in: build.context.distfiles.directory).isEmpty)
            #expect(await coordinator.uploads.isEmpty)
        }
    }

    @Test func `Who waits for another's fetch asks again, and gets the file when it is there`() async throws {
        let distfile = try distfile()
        try await with([distfile]) { coordinator, build in
            let source = coordinator.directory.appending("source")
            try AtomicFile.write(bytes, to: source)
            await coordinator.set(unanswered: 2)
            let gathering = Task { try await build.gather() }
            try await eventually("it asks again") { await coordinator.locates.count == 2 }
            try await coordinator.serve(source, as: distfile)
            #expect(try await gathering.value.isEmpty)
            #expect(build.context.distfiles.has(distfile))
        }
    }

    @Test func `All ask in one order, whatever the order of the names`() async throws {
        let distfiles = try (0..<6).map { try distfile("\($0)", [UInt8($0)]) }
        try await with(distfiles.reversed()) { coordinator, build in
            _ = try await build.gather()
            let asked = try await coordinator.locates.map { try $0.distfile.domain().digest.hex }
            #expect(asked == distfiles.map(\.digest.hex).sorted())
        }
    }

    @Test func `Of what was fetched before a failure, whole files are kept and offered`() async throws {
        let whole = try distfile()
        let missing = try distfile("b-1.tar", [2])
        let cut = try distfile("c-1.tar", [3, 3])
        try await with([missing, whole, cut]) { coordinator, build in
            try AtomicFile.write(bytes, to: build.directory.distfiles.appending("a-1.tar"))
            try AtomicFile.write([3], to: build.directory.distfiles.appending("c-1.tar"))
            try await build.keepWhole([missing, whole, cut])
            #expect(await coordinator.distfileDigests == [whole.digest])
            #expect(try Directory.names(in: build.context.distfiles.directory) == [whole.digest.hex])
        }
    }

    @Test func `Two builds of one host that get the same file from the coordinator both have it`() async throws {
        let distfile = try distfile()
        try await with([distfile]) { coordinator, build in
            let source = coordinator.directory.appending("source")
            try AtomicFile.write(bytes, to: source)
            try await coordinator.serve(source, as: distfile)
            let absent = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await build.gather().count } }
                return try await group.reduce(0, +)
            }
            #expect(absent == 0)
            #expect(build.context.distfiles.has(distfile))
            // The other one has linked it, and let go of what came.
            try build.context.distfiles.add(distfile, from: coordinator.directory.appending("gone"))
        }
    }

    @Test func `A shelf forgets interrupted copies, and a file that was cut short is brought again`() async throws {
        let directory = try TemporaryDirectory()
        let distfile = try distfile()
        try AtomicFile.write(bytes, to: directory.path.appending(".unfinished.7"))
        try AtomicFile.write(Array(bytes.dropLast()), to: directory.path.appending(distfile.digest.hex))
        let shelf = try DistfileShelf(directory: directory.path)
        #expect(try Directory.names(in: directory.path) == [distfile.digest.hex])
        #expect(!shelf.has(distfile))
        let whole = directory.path.appending("whole")
        try AtomicFile.write(bytes, to: whole)
        try shelf.add(distfile, from: whole)
        #expect(shelf.has(distfile))
    }
}
