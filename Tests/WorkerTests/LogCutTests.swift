import Shared
import SystemPackage
import Testing

@testable import Worker

struct LogCutTests {
    /// Puts a log through a spool; what remains of it.
    private func spool(_ log: [UInt8], pieces: Int, limit: Int64?) async throws -> String {
        let directory = try TemporaryDirectory()
        let spool = try LogSpool(path: directory.path.appending("log"), limit: limit)
        var rest = log[...]
        while !rest.isEmpty {
            _ = try await spool.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        try await spool.finish()
        return String(decoding: try SmallFile.bytes(spool.path), as: UTF8.self)
    }

    @Test(arguments: [1, 3, 10, 64, 5000])
    func `Head and tail are kept whole, and the note says how much is not`(_ pieces: Int) async throws {
        let log = (0..<500).map { "\($0)\n" }.joined()
        let kept = try await spool(Array(log.utf8), pieces: pieces, limit: 200)
        let lost = log.utf8.count - 200
        #expect(kept.hasPrefix(String(log.prefix(100)) + "\n>>> binfarm: the log exceeds its limit of 200 bytes"))
        #expect(kept.hasSuffix("\n>>> binfarm: \(lost) bytes were cut out here\n" + String(log.suffix(100))))
    }

    @Test func `A log within its limit, or without one, is kept as it is`() async throws {
        let log = String(repeating: "x", count: 200)
        #expect(try await spool(Array(log.utf8), pieces: 7, limit: nil) == log)
        #expect(try await spool(Array(log.utf8), pieces: 7, limit: 400) == log)
    }
}

/// Goes away with its owner.
final class TemporaryDirectory: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("/tmp/binfarm-worker-tests.\(UInt64.random(in: 0 ... .max))")
        try Directory.create(path)
    }

    deinit { try? FileTree.remove(path) }
}
