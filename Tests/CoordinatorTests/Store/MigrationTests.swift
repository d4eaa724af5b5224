// What is wrong here is a wrong test: it may end the test run.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry
import Core
import Foundation
import GRDB
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Databases as earlier programs wrote them, with rows of each kind.
@Suite("Databases of earlier versions")
struct MigrationTests {
    let directory: TemporaryDirectory
    var path: FilePath { directory.path.appending("coordinator.sqlite") }

    init() throws { directory = try TemporaryDirectory() }

    @Test("they are brought up to date, and nothing in them is lost or becomes something else", arguments: 1...8)
    func migrate(version: Int) throws {
        let file = try #require(
            Bundle.module.url(forResource: "\(version)", withExtension: "sql", subdirectory: "Schemas"))
        let queue = try DatabaseQueue(path: path.string)
        try queue.write { try $0.execute(sql: String(contentsOf: file, encoding: .utf8)) }
        try queue.close()

        let expected = Course(version: version)
        for _ in 1...2 {
            let store = try Store(path: path)
            let snapshot = try store.snapshot()
            #expect(snapshot.lastFence == expected.snapshot.lastFence)
            #expect(snapshot.buildIDs == expected.snapshot.buildIDs)
            #expect(snapshot.workers == expected.snapshot.workers)
            #expect(snapshot.runs.keys.sorted() == expected.snapshot.runs.keys.sorted())
            for (id, run) in expected.snapshot.runs {
                #expect(snapshot.runs[id]?.record == run.record)
                #expect(snapshot.runs[id]?.plan == run.plan)
                #expect(snapshot.runs[id]?.resolving == run.resolving)
                for (index, job) in run.jobs.enumerated() { #expect(snapshot.runs[id]?.jobs[index] == job) }
            }
            #expect(snapshot == expected.snapshot)
            let published = try store.published(farm: "old")
            #expect(published == expected.published)
            #expect(try store.resolveFailures() == expected.resolveFailures)
            let images = try store.images()["old"] ?? []
            #expect(images.map(\.archive) == expected.images)
            #expect(images.allSatisfy { $0.recipe.policies.bindist }, "what it is now, not what it was made with")
            #expect(try store.farms().isEmpty)
            #expect(try store.nextRun() == RunID(rawValue: 7))
            #expect(try store.expectations()["app/a"]?.duration == 500)
            try store.close()
        }
    }

    @Test("every version has its file here")
    func complete() {
        #expect(Schema.migrator.migrations.count == 9, "write the database of the version before beside the others")
    }
}

/// What the files say, in the core's words.
private struct Course {
    var snapshot = Snapshot()
    /// As they came; before version 6 nobody knew what they were built of.
    var published: [KnownPackage] = []
    /// That were made for the farm.
    var images: [Blob] { version >= 8 ? [blob(0x61)] : [] }
    let resolveFailures = [
        RunID(rawValue: 3): ResolveFailure(
            kind: "masked", atom: "app/z", reasons: ["masked by hand"], message: "masked")
    ]
    private let version: Int

    // One place for all six runs, in the order of the files.
    init(version: Int) {
        self.version = version
        let broken = Failure(.buildFailed, "does not compile", firstErrorLine: "c.c:1: error: it's wrong")
        let unfetched = Failure(.fetchFailed, "no mirror")
        let unresolved = Failure(.resolveFailed, "masked: app/z")
        let refusal = Failure(.refused, "RESTRICT=fetch")

        let a = package("a", 0x10)
        let c = package("c", 0x20, 3)
        run(1, .succeeded, ended: 5001)
        plan(1, job(0, "a", 0x10, expected: true), job(1, "c", 0x20, cached: c))
        set(1, -1, JobRecord(state: .published, ended: at(4001)))
        set(1, 0, JobRecord(state: .published, reason: "new", result: a, ended: at(4010)))
        set(1, 1, JobRecord(state: .cached, reason: "cached: app/c/c-1-3.gpkg.tar", result: c, ended: at(4002)))
        attempt(1, 1, -1, 0, .finished(blob(0x70)), Resources(wall: 10, cpu: 20, peakMemory: 30, disk: 40))
        attempt(2, 1, 0, 1, .finished(blob(0x11)), Resources(wall: 500, cpu: 900, peakMemory: 1 << 28, disk: 4096))

        run(2, .failed, ended: 5002)
        plan(2, job(0, "d", 0x30), job(1, "e", 0x32, waits: [0]), job(2, "f", 0x34, refusal: refusal))
        set(2, -1, JobRecord(state: .published, ended: at(4003)))
        set(2, 0, JobRecord(state: .failed, reason: "new", failure: broken, ended: at(4004)))
        set(2, 1, JobRecord(state: .skipped, reason: "skipped: app/d-1 failed", ended: at(4005)))
        set(2, 2, JobRecord(state: .failed, reason: "new", failure: refusal, ended: at(4006)))
        attempt(3, 2, -1, 0, .finished(blob(0x71)))
        attempt(4, 2, 0, 1, .failed(broken), Resources(wall: 1, cpu: 2, peakMemory: 3, disk: 4))

        run(3, .failed, ended: 5003, failure: unresolved)
        set(3, -1, JobRecord(state: .failed, failure: unresolved, ended: at(4007)))
        attempt(5, 3, -1, 0, .failed(unresolved))

        run(4, .cancelled, ended: 5004)
        plan(4, job(0, "a", 0x40))
        set(4, -1, JobRecord(state: .published, ended: at(4008)))
        set(4, 0, JobRecord(state: .cancelled, reason: "new", ended: at(4009)))
        attempt(6, 4, -1, 0, .finished(blob(0x72)))
        attempt(7, 4, 0, 2, .cancelled)

        let g = package("g", 0x50)
        run(5, .building)
        plan(
            5, job(0, "g", 0x50), job(1, "h", 0x52, waits: [0]), job(2, "i", 0x54), job(3, "k", 0x56),
            job(4, "l", 0x58, waits: [1, 2]))
        set(5, -1, JobRecord(state: .published, ended: at(4011)))
        set(5, 0, JobRecord(state: .published, reason: "new", result: g, ended: at(4012)))
        set(5, 1, JobRecord(state: .leased, reason: "new"))
        set(5, 2, JobRecord(state: .publishing, reason: "new"))
        set(5, 3, JobRecord(state: .waiting, reason: "new", failure: unfetched, notBefore: at(9999)))
        attempt(8, 5, -1, 0, .finished(blob(0x73)))
        attempt(9, 5, 0, 1, .finished(blob(0x51)), Resources(wall: 5, cpu: 6, peakMemory: 7, disk: 8))
        attempt(10, 5, 1, 1, .lost("silent"))
        attempt(11, 5, 1, 2, .released("stopped"), worker: "w2")
        attempt(12, 5, 1, 3, nil, worker: "w2")
        attempt(13, 5, 2, 1, .finished(blob(0x55)), Resources(wall: 9, cpu: 9, peakMemory: 9, disk: 9))
        attempt(14, 5, 3, 1, .failed(unfetched), Resources(wall: 1, cpu: 1, peakMemory: 1, disk: 1))

        run(6, .resolving)
        set(6, -1, JobRecord(state: .leased))
        attempt(15, 6, -1, 0, nil)

        published = [g, a].map { KnownPackage(record: $0, facts: nil) }
        if version >= 6 {
            published[1].record.output = digest(0xA1)
            published[1].facts = PackageFacts(
                slot: "0/3", repository: "gentoo", use: ["x", "y"], ownKey: digest(0xA2),
                ingredients: Ingredients(recipe: digest(0xA3), environment: digest(0xA4), base: digest(0xA5)),
                dependencies: [DependencyMark(rawValue: 0x0102_0304_0506_0708)], cutoffKey: digest(0xA6),
                published: at(4010))
        } else {
            published.swapAt(0, 1)
        }
        for (name, number) in ["a": 2, "d": 1, "g": 1, "h": 3, "i": 1, "k": 1] as [String: Int32] {
            snapshot.apply(.buildID(farm: "old", cpv(name), number))
        }
        if version >= 3 {
            snapshot.apply(.worker(WorkerName(rawValue: "w2"), WorkerRecord(drained: true)))
        }
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
    private func cpv(_ name: String) -> CPV { try! CPV("app/\(name)-1") }
    private func digest(_ byte: Int) -> ContentDigest {
        let hex = String(byte, radix: 16)
        return ContentDigest(hex: String(repeating: hex, count: 32))!
    }
    private func blob(_ byte: Int) -> Blob { Blob(digest: digest(byte), size: 50) }

    private func package(_ name: String, _ key: Int, _ number: Int32 = 1) -> PublishedRecord {
        PublishedRecord(
            cpv: cpv(name), buildID: number, path: "app/\(name)/\(name)-1-\(number).gpkg.tar",
            package: Blob(digest: digest(key + 1), size: Int64(100 + key)), buildKey: digest(key))
    }

    private func job(
        _ index: Int32, _ name: String, _ key: Int, waits: [Int32] = [], cached: PublishedRecord? = nil,
        refusal: Failure? = nil, expected: Bool = false
    ) -> PlannedJob {
        let expectation =
            version == 1
            ? Expectation(duration: 7000) : Expectation(duration: 7000, cpu: 4000, cores: 2, memory: 7, disk: 8)
        return PlannedJob(
            index: index, cpv: cpv(name), slot: "0/3", repository: "gentoo", use: ["x"], iuse: ["x", "y"],
            waitsFor: waits, baseEdges: index == 0 ? [try! CPV("sys/b-2")] : [], buildKey: digest(key),
            reason: cached.map { "cached: \($0.path)" } ?? "new", cached: cached, refusal: refusal,
            expected: expected ? expectation : nil)
    }

    /// Of the image that its run 1 made.
    private var recipe: ImageRecipe {
        var policies = FarmPolicies()
        (policies.atomic, policies.ccache) = (true, 5)
        return ImageRecipe(context: blob(0x60), snapshot: nil, inputs: ["stage3": "1"], policies: policies)
    }

    private mutating func run(_ id: Int64, _ state: RunState, ended: Int64? = nil, failure: Failure? = nil) {
        var request = RunRequest(
            farm: "old", targets: ["@hep"], emptytree: false, image: Blob(digest: digest(0xEE), size: 9),
            resolveLimits: Limits(timeout: .seconds(3600)),
            buildLimits: Limits(processes: 16384, silence: .seconds(3600), logBytes: 67_108_864), submittedBy: "ann")
        if version >= 2 {
            request.priority = 5
            request.forced = ["app/a"]
        }
        if version >= 8, id == 1 { request.recipe = recipe }
        snapshot.apply(
            .run(
                RunID(rawValue: id),
                RunRecord(
                    request: request, submitted: at(1000 + id), state: state, ended: ended.map(at), failure: failure)))
    }

    private mutating func plan(_ run: Int64, _ jobs: PlannedJob...) {
        snapshot.apply(.plan(RunID(rawValue: run), Plan(jobs: jobs), at: at(0)))
    }

    private mutating func set(_ run: Int64, _ job: Int32, _ record: JobRecord) {
        snapshot.apply(.job(JobID(run: RunID(rawValue: run), index: job), record))
    }

    private mutating func attempt(
        _ fence: UInt64, _ run: Int64, _ job: Int32, _ buildID: Int32, _ end: AttemptEnd?,
        _ resources: Resources? = nil,
        worker: String = "w1"
    ) {
        snapshot.apply(
            .attempt(
                AttemptID(
                    job: JobID(run: RunID(rawValue: run), index: job), fence: Fence(rawValue: fence)),
                AttemptRecord(
                    worker: WorkerName(rawValue: worker), started: at(2000 + Int64(fence)), buildID: buildID,
                    cores: version >= 2 ? 4 : 1, timeLimit: version >= 3 ? 60_000 : nil,
                    ended: end == nil ? nil : at(3000 + Int64(fence)), end: end, resources: resources)))
    }
}
