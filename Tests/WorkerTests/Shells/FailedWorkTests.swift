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

    /// A work directory with a mebibyte in it.
    private func work() throws -> FilePath {
        let path = directory.path.appending("work")
        try Directory.create(path)
        try Directory.create(path.appending("cat"))
        try AtomicFile.write([UInt8](repeating: 1, count: 1 << 20), to: path.appending("cat").appending("file"))
        return path
    }

    private func isThere(_ fence: UInt64, in shelf: FailedWork) async throws -> Bool {
        try await shelf.withWork(of: attempt(fence)) { $0.map { FileStatus.exists($0.appending("cat")) } ?? false }
    }

    @Test func `The newest are kept, as many as there is room for, over restarts`() async throws {
        let shelf = try shelf(5 << 19)
        for fence in [9, 10, 11] as [UInt64] { await shelf.keep(try work(), of: attempt(fence)) }
        #expect(try await !isThere(9, in: shelf))
        #expect(try await isThere(10, in: shelf))
        #expect(try await isThere(11, in: shelf))
        let later = try self.shelf(3 << 19)
        await later.reload()
        #expect(try await !isThere(10, in: later))
        #expect(try await isThere(11, in: later))
        let none = try self.shelf(0)
        await none.reload()
        #expect(try Directory.names(in: kept).isEmpty)
    }

    @Test func `One in which a person looks around stays until they leave`() async throws {
        let shelf = try shelf(3 << 19)
        await shelf.keep(try work(), of: attempt(1))
        let work = try work()
        try await shelf.withWork(of: attempt(1)) { path in
            await shelf.keep(work, of: attempt(2))
            let there = try #require(path)
            #expect(FileStatus.exists(there))
        }
        #expect(try await !isThere(1, in: shelf))
        #expect(try await isThere(2, in: shelf))
    }

    @Test func `What is empty or too large is not kept, nor anything where nothing is to be`() async throws {
        let shelf = try shelf(1 << 19)
        await shelf.keep(try work(), of: attempt(1))
        #expect(try await !isThere(1, in: shelf))
        let empty = directory.path.appending("empty")
        try Directory.create(empty)
        await shelf.keep(empty, of: attempt(2))
        #expect(try Directory.names(in: kept).isEmpty)
        let none = try self.shelf(0)
        await none.keep(try work(), of: attempt(3))
        #expect(try Directory.names(in: kept).isEmpty)
    }

    @Test func `What people add to it counts, and what was half removed goes`() async throws {
        let shelf = try shelf(3 << 19)
        await shelf.keep(try work(), of: attempt(1))
        try await shelf.withWork(of: attempt(1)) { path in
            let path = try #require(path)
            try AtomicFile.write([UInt8](repeating: 1, count: 1 << 20), to: path.appending("more"))
        }
        #expect(try await !isThere(1, in: shelf))
        try Directory.create(kept.appending("removing-7-100"))
        await shelf.reload()
        #expect(try Directory.names(in: kept).isEmpty)
    }
}
