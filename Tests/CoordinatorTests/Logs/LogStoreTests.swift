import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("Logs of attempts")
struct LogStoreTests {
    let directory: TemporaryDirectory
    let logs: LogStore
    let attempt = AttemptID(job: JobID(run: RunID(rawValue: 3), index: 4), fence: Fence(rawValue: 5))

    init() throws {
        directory = try TemporaryDirectory()
        logs = try LogStore(directory: directory.path.appending("logs"))
    }

    private func append(_ text: String, at offset: Int64) throws -> Int64 {
        try Array(text.utf8).withUnsafeBytes { try logs.append($0, at: offset, to: attempt) }
    }

    private func text(from offset: Int64 = 0, limit: Int = 100) throws -> String {
        String(decoding: try logs.read(attempt, from: offset, limit: limit), as: UTF8.self)
    }

    @Test("pieces said again, or overlapping, are in it once; a gap is not jumped")
    func offsets() throws {
        #expect(logs.size(of: attempt) == 0)
        #expect(try text() == "")
        #expect(try append("one\n", at: 0) == 4)
        #expect(try append("one\n", at: 0) == 4)
        #expect(try append("e\ntwo\n", at: 2) == 8)
        #expect(try append("four\n", at: 14) == 8, "the sender is told where to go on")
        #expect(try append("x", at: -1) == 8)
        #expect(try text() == "one\ntwo\n")
        #expect(logs.size(of: attempt) == 8)
    }

    @Test("it is read in pieces, and nothing lies beyond its end")
    func reading() throws {
        _ = try append("one\ntwo\n", at: 0)
        #expect(try text(from: 4, limit: 2) == "tw")
        #expect(try text(from: 8) == "")
        #expect(try text(from: 800) == "")
    }

    @Test("attempts have logs of their own")
    func separate() throws {
        _ = try append("one\n", at: 0)
        let next = AttemptID(job: attempt.job, fence: Fence(rawValue: 6))
        #expect(logs.size(of: next) == 0)
        #expect(logs.path(of: next) != logs.path(of: attempt))
        #expect(logs.path(of: AttemptID(job: .resolving(RunID(rawValue: 3)), fence: next.fence)) != logs.path(of: next))
    }
}
