import FoundationEssentials
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("Logs that have ended")
struct PackedLogTests {
    let directory: TemporaryDirectory
    let logs: LogStore
    let attempt = AttemptID(job: JobID(run: RunID(rawValue: 3), index: 4), fence: Fence(rawValue: 5))

    init() throws {
        directory = try TemporaryDirectory()
        logs = try LogStore(directory: directory.path.appending("logs"))
    }

    private func append(_ bytes: [UInt8]) throws {
        _ = try bytes.withUnsafeBytes { try logs.append($0, at: logs.size(of: attempt), to: attempt) }
    }

    /// Lines that differ, larger than two frames.
    private static let long = (0..<30_000).flatMap { Array("line \($0) of a long log\n".utf8) }

    @Test("they read as before, wherever one begins and however much one asks for")
    func reading() throws {
        try append(Self.long)
        try logs.pack(attempt)
        #expect(!FileStatus.exists(logs.path(of: attempt)))
        #expect(logs.size(of: attempt) == Self.long.count)
        let ends = [0, 1, PackedLog.frameSize - 1, PackedLog.frameSize, PackedLog.frameSize + 1, Self.long.count - 1]
        for begin in ends + [Self.long.count, Self.long.count + 5] {
            for limit in [0, 1, 100, PackedLog.frameSize, Self.long.count] {
                let expected = Array(Self.long.dropFirst(begin).prefix(limit))
                #expect(try logs.read(attempt, from: Int64(begin), limit: limit) == expected, "\(begin), \(limit)")
            }
        }
        let packed = try FileStatus.size(of: logs.packedPath(of: attempt))
        #expect(packed < Int64(Self.long.count / 5))
    }

    @Test("zstd itself unpacks them")
    func format() async throws {
        try append(Self.long)
        try logs.pack(attempt)
        let plain = directory.path.appending("plain")
        let isUnpacked = try await succeeds(
            "/usr/bin/zstd", ["-dq", logs.packedPath(of: attempt).string, "-o", plain.string])
        #expect(isUnpacked)
        #expect(try ContentHasher.blob(of: plain).digest == ContentHasher.digest(Self.long))
    }

    @Test("an empty log packs, no log is nothing to pack, and what is packed twice is what it was")
    func small() throws {
        try logs.pack(attempt)
        #expect(!FileStatus.exists(logs.packedPath(of: attempt)))
        try append([])
        try append(Array("one\n".utf8))
        try logs.pack(attempt)
        try logs.pack(attempt)
        #expect(try logs.read(attempt, from: 0, limit: 100) == Array("one\n".utf8))
    }

    @Test("the logs that are not packed are found again, those of resolving too")
    func unpacked() throws {
        let resolving = AttemptID(job: .resolving(RunID(rawValue: 9)), fence: Fence(rawValue: 70))
        try append([1])
        _ = try [UInt8(1)].withUnsafeBytes { try logs.append($0, at: 0, to: resolving) }
        #expect(try logs.unpacked() == [attempt, resolving])
        try logs.pack(attempt)
        #expect(try logs.unpacked() == [resolving])
    }

    @Test("one that was damaged or cut short is named, wherever the damage is")
    func damage() throws {
        try append(Self.long)
        try logs.pack(attempt)
        let path = logs.packedPath(of: attempt)
        let whole = try [UInt8](Data(contentsOf: URL(filePath: path.string)))
        for cut in stride(from: 0, to: whole.count, by: whole.count / 40 + 1) {
            try AtomicFile.write(Array(whole[..<cut]), to: path)
            #expect(throws: (any Error).self) { try logs.read(attempt, from: 0, limit: Self.long.count) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            try AtomicFile.write(bytes, to: path)
            // Refused, or read as far as it goes: never a trap.
            _ = try? logs.read(attempt, from: 0, limit: Self.long.count)
        }
    }
}
