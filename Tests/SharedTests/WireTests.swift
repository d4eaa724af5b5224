import Shared
import Testing
import ZeroMQ

@Suite("Between messages and domain types")
struct WireTests {
    private static let blob = Blob(digest: ContentHasher.digest([1, 2, 3]), size: 3)
    private static let attempt = AttemptID(job: JobID(run: RunID(rawValue: 7), index: 3), fence: Fence(rawValue: 12))
    private static let limits = Limits(
        memory: 1 << 30, processes: 100, disk: 5, timeout: .seconds(3), silence: .milliseconds(1500), logBytes: 9)

    private static func task() throws -> BuildTask {
        BuildTask(
            cpv: try CPV("dev-libs/a-1"), slot: "0/2", repository: "gentoo", buildID: 4, use: ["x"], iuse: ["x", "y"],
            jobs: 2,
            dependencies: [
                DependencyPackage(
                    cpv: try CPV("dev-libs/b-2"), buildID: 1, path: "dev-libs/b/b-2-1.gpkg.tar", package: blob,
                    isBuildOnly: true)
            ],
            distfiles: [
                try #require(Distfile(name: "a-1.tar.xz", size: 7, digest: BLAKE2b.digest([4])))
            ], limits: limits)
    }

    @Test("what goes out comes in as it was")
    func roundTrip() throws {
        #expect(try Self.attempt.wire.domain() == Self.attempt)
        #expect(
            try AttemptID(job: .resolving(RunID(rawValue: 1)), fence: Fence(rawValue: 1)).wire.domain().job.isResolving)
        #expect(try Self.blob.wire.domain() == Self.blob)
        #expect(try Self.limits.wire.domain() == Self.limits)
        #expect(try Limits().wire.domain() == Limits())
        let task = try Self.task()
        #expect(try Frame(serializing: task.wire).parse(WireBuildTask.self).domain() == task)
        var packing = task
        packing.pack = true
        packing.distfiles = []
        packing.ccache = 5 << 30
        packing.workInMemory = 1 << 30
        packing.format = .xpak
        #expect(try packing.wire.domain() == packing)
        let resolve = ResolveTask(
            targets: ["@a", "b/c"], emptytree: true, limits: Self.limits,
            binhosts: [Blob(digest: ContentHasher.digest([7]), size: 3)])
        #expect(try resolve.wire.domain() == resolve)
        let failure = Failure(.outOfMemory, "too much", firstErrorLine: "line")
        #expect(try failure.wire.domain() == failure)
        let resources = Resources(wall: 1, cpu: 2, peakMemory: 3, disk: 4)
        #expect(resources.wire.domain() == resources)
    }

    @Test("every value of an enumeration has its own on the wire")
    func enumerations() {
        #expect(FailureClass.allCases.allSatisfy { $0.wire.domain == $0 })
        #expect(Phase.allCases.allSatisfy { $0.wire.domain == $0 })
        #expect(JobState.allCases.allSatisfy { $0.wire.domain == $0 })
        #expect(RunState.allCases.allSatisfy { $0.wire.domain == $0 })
        #expect(WireFailureClass.UNRECOGNIZED(99).domain == nil)
        #expect(BinpkgFormat.allCases.allSatisfy { $0.wire.domain == $0 })
        #expect(WireBinpkgFormat.UNRECOGNIZED(99).domain == nil)
        #expect(WireBinpkgFormat.unspecified.domain == .gpkg, "a coordinator of before there was a choice")
    }

    @Test("what a peer may not say is refused")
    func refusals() throws {
        #expect(throws: WireError.self) { try WireAttempt().domain() }
        #expect(throws: WireError.self) { try WireBlob().domain() }
        var blob = Self.blob.wire
        blob.size = -1
        #expect(throws: WireError.self) { try blob.domain() }
        blob.size = 1
        blob.sha256 = "../../etc/passwd"
        #expect(throws: WireError.self) { try blob.domain() }
        for name in ["", ".", "..", "a/b", String(repeating: "x", count: 256)] {
            var task = try Self.task().wire
            task.distfiles[0].name = name
            #expect(throws: WireError.self, "\(name)") { try task.domain() }
        }
        var short = try Self.task().wire
        short.distfiles[0].blake2B.removeLast()
        #expect(throws: WireError.self) { try short.domain() }
        for path in ["", "../x", "/etc/passwd", "a//b", "a/../../b", ".hidden"] {
            var task = try Self.task().wire
            task.dependencies[0].path = path
            #expect(throws: WireError.self, "\(path)") { try task.domain() }
        }
        var task = try Self.task().wire
        task.cpv = "a/b;rm -rf"
        #expect(throws: WireError.self) { try task.domain() }
        #expect(throws: WireError.self) { try WireFailure().domain() }
        #expect(throws: WireError.self) { try Frame([255, 255, 255]).parse(WireHello.self) }
    }

    @Test("a long reason is cut: it is shown on one line")
    func longReason() throws {
        let failure = Failure(.buildFailed, String(repeating: "x", count: 100_000))
        #expect(try failure.wire.domain().reason.count == 2000)
    }
}
