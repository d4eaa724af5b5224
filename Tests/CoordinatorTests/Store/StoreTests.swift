import GRDB
import Core
import CoreTesting
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("The database")
struct StoreTests {
    let directory: TemporaryDirectory
    var path: FilePath { directory.path.appending("coordinator.sqlite") }

    init() throws { directory = try TemporaryDirectory() }

    /// A course of runs with all that can happen to a job.
    private func history() throws -> SchedulerDriver {
        var driver = SchedulerDriver()
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b: a", "c:", "d: c", seconds: ["a": 5]))
        driver.finish("c", .failure(Failure(.buildFailed, "does not compile", firstErrorLine: "c.c:1: error: no")))
        driver.finish("a", .failure(Failure(.fetchFailed, "no mirror")))
        driver.pass(2000)
        driver.build("a")
        driver.pass(60_000)
        driver.send(.renewed(WorkerName(rawValue: "one"), []))
        for id in 2...7 as ClosedRange<Int64> {
            _ = driver.connect("worker-\(id)")
            driver.run(id, try plan("x:", "y: x", epoch: UInt8(id)))
            driver.build("x")
            if id < 7 { driver.build("y") }
        }
        driver.submit(8)
        driver.send(.cancelRun(RunID(rawValue: 8)))
        return driver
    }

    @Test("what was committed is what is read, also by the next process")
    func roundTrip() async throws {
        let driver = try history()
        let store = try Store(path: path)
        // In batches, as the dispatcher does.
        for start in stride(from: 0, to: driver.changes.count, by: 7) {
            try await store.commit(Array(driver.changes[start..<min(start + 7, driver.changes.count)]))
        }
        #expect(try store.snapshot() == driver.stored)
        try store.close()
        let again = try Store(path: path)
        #expect(try again.snapshot() == driver.stored)
        #expect(try again.nextRun() == RunID(rawValue: 9))
        #expect(try again.published(farm: "test").count == driver.changes.publishedKeys.count)
        #expect(try again.published(farm: "other").isEmpty)
    }

    @Test("a commit is on the disk when it comes back, not only with the kernel")
    func durable() throws {
        let store = try Store(path: path)
        let (journal, synchronous) = try store.database.writeWithoutTransaction { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(journal == "wal")
        #expect(synchronous == 2, "FULL: with 1, NORMAL, a power cut takes commits back")
    }

    @Test("a change committed twice counts once: after a crash nobody knows what came through")
    func repeated() async throws {
        let driver = try history()
        let store = try Store(path: path)
        try await store.commit(driver.changes)
        try await store.commit(Array(driver.changes.suffix(5)))
        #expect(try store.snapshot() == driver.stored)
        let keys = try Set(store.published(farm: "test").map(\.record.buildKey))
        #expect(keys.count == driver.changes.publishedKeys.count)
    }

    @Test("what is written by hand is what an encoder would write")
    func handWritten() throws {
        let driver = try history()
        for change in driver.changes {
            switch change {
            case .attempt(_, let record):
                guard let end = record.end else { continue }
                #expect(try JSONText.decode(AttemptEnd.self, from: end.text) == end)
                #expect(try end.text == JSONText.encode(end))
            case .job(_, let record):
                guard var result = record.result else { continue }
                #expect(try result.text == JSONText.encode(result).replacing(#"\/"#, with: "/"))
                result.path = #"a "quoted\ path"#
                #expect(try JSONText.decode(PublishedRecord.self, from: result.text) == result)
            default: break
            }
        }
    }

    @Test("a request of before there were formats asks for gpkgs, and one for those is written as it was then")
    func format() throws {
        var request = request()
        let text = try JSONText.encode(request)
        #expect(!text.contains("ormat"))
        #expect(try JSONText.decode(RunRequest.self, from: text) == request)
        request.format = .xpak
        let read = try JSONText.decode(RunRequest.self, from: JSONText.encode(request))
        #expect(read == request)
        #expect(read.format == .xpak)
    }

    @Test("a database of a newer version is left alone")
    func newer() async throws {
        try Store(path: path).close()
        let queue = try DatabaseQueue(path: path.string)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: of the future')") }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try Store(path: path) }
        #expect(error?.description.contains("newer binfarm") == true)
    }

    @Test("a file that is no database, or a damaged one, is refused by name")
    func damaged() async throws {
        try AtomicFile.write(Array(repeating: 7, count: 20_000), to: path)
        let error = #expect(throws: StoreError.self) { try Store(path: path) }
        #expect(error?.description.contains(path.string) == true)

        let second = directory.path.appending("second.sqlite")
        let store = try Store(path: second)
        try await store.commit(try history().changes)
        try store.close()
        let file = try FileDescriptor.open(second, .readWrite)
        let size = try FileStatus.size(of: second)
        let log = try? FileStatus.size(of: FilePath("\(second)-wal"))
        #expect((log ?? 0) == 0, "closing writes everything into the main file")
        #expect(size > 8192)
        // Past the page of the schema.
        _ = try file.writeAll(toAbsoluteOffset: 4096, Array(repeating: UInt8(0xAA), count: Int(size) - 4096))
        try file.close()
        #expect(throws: StoreError.self) { try Store(path: second) }
    }
}

extension [Change] {
    /// Build keys of what was published in these changes.
    fileprivate var publishedKeys: Set<ContentDigest> {
        Set(
            compactMap { change in
                if case .job(_, let record) = change, record.state == .published {
                    record.result?.buildKey
                } else {
                    nil
                }
            })
    }
}
