import Glibc
import Logging
import Shared
import SystemPackage
import Testing

@testable import Worker

/// What is kept of builds that failed.
struct FailedWorkTests {
    private let directory: TemporaryDirectory
    private var kept: FilePath { directory.path.appending("failed") }

    init() throws { directory = try TemporaryDirectory() }

    private func shelf(_ budget: Int64) throws -> FailedWork {
        try FailedWork(directory: kept, budget: budget, engine: FakeEngine(), logger: Logger(label: "test"))
    }

    private func attempt(_ fence: UInt64) -> AttemptID {
        AttemptID(job: JobID(run: RunID(rawValue: 1), index: 0), fence: Fence(rawValue: fence))
    }

    /// A work directory with something in it.
    private func work() throws -> FilePath {
        let path = directory.path.appending("work")
        try Directory.create(path)
        try Directory.create(path.appending("cat"))
        return path
    }

    private func isThere(_ fence: UInt64, in shelf: FailedWork) async throws -> Bool {
        try await shelf.withWork(of: attempt(fence)) { $0.map { FileStatus.exists($0.appending("cat")) } ?? false }
    }

    @Test func `The newest are kept, as many as there is room for, over restarts`() async throws {
        let shelf = try shelf(100)
        for fence in [9, 10, 11] as [UInt64] { await shelf.keep(try work(), of: attempt(fence), size: 40) }
        #expect(try await !isThere(9, in: shelf))
        #expect(try await isThere(10, in: shelf))
        #expect(try await isThere(11, in: shelf))
        let later = try self.shelf(50)
        await later.reload()
        #expect(try await !isThere(10, in: later))
        #expect(try await isThere(11, in: later))
        let none = try self.shelf(0)
        await none.reload()
        #expect(try Directory.names(in: kept).isEmpty)
    }

    @Test func `One in which a person looks around stays until they leave`() async throws {
        let shelf = try shelf(50)
        await shelf.keep(try work(), of: attempt(1), size: 40)
        let work = try work()
        try await shelf.withWork(of: attempt(1)) { path in
            await shelf.keep(work, of: attempt(2), size: 40)
            let there = try #require(path)
            #expect(FileStatus.exists(there))
        }
        #expect(try await !isThere(1, in: shelf))
        #expect(try await isThere(2, in: shelf))
    }

    @Test func `What is empty or too large is not kept, nor anything where nothing is to be`() async throws {
        let shelf = try shelf(50)
        await shelf.keep(try work(), of: attempt(1), size: 51)
        #expect(try await !isThere(1, in: shelf))
        let empty = directory.path.appending("empty")
        try Directory.create(empty)
        await shelf.keep(empty, of: attempt(2), size: 1)
        #expect(try Directory.names(in: kept).isEmpty)
        let none = try self.shelf(0)
        await none.keep(try work(), of: attempt(3), size: 1)
        #expect(try Directory.names(in: kept).isEmpty)
    }
}
