import BenchmarkSupport
import Shared
import Subprocess
import SystemPackage
import ZeroMQ

/// Two sockets and nothing else: a process that pushes chunks and one that pulls them, over CURVE on loopback.
enum BarePair {
    private static let chunk = SocketSettings.chunk

    /// Seconds that so many bytes take.
    static func measure(_ bytes: Int64, own: FilePath, site: Site) async throws -> Double {
        try await withThrowingTaskGroup(of: Double?.self) { group in
            let words = [site.directory.string, "\(site.port)", "\(bytes / Int64(chunk))"]
            group.addTask { Double(try await run(own, ["pull"] + words)) }
            group.addTask {
                _ = try await run(own, ["push"] + words)
                return nil
            }
            var seconds: Double?
            for try await result in group { seconds = result ?? seconds }
            guard let seconds else { throw BenchmarkError("the bare pair gave no figure") }
            return seconds
        }
    }

    private static func run(_ program: FilePath, _ words: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(words), input: .none, output: .string(limit: 1000),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
        guard result.terminationStatus.isSuccess else { throw BenchmarkError("\(words[0]) failed") }
        return result.standardOutput
    }

    // MARK: The two processes

    private static func endpoint(_ site: Site) -> String { "tcp://127.0.0.1:\(site.port + 3)" }

    /// Prints the seconds from the first to the last.
    static func pull(_ count: Int, site: Site) async throws {
        let head = try SecretKeyFile(contentsOf: site.keys.appending("head.secret"))
        var options = SocketOptions()
        options.curve = .server(head.pair.secretKey)
        let loop = try EventLoop.start(name: "pull")
        let socket = AsyncSocket(try Socket(try Context(), kind: .pull, options: options), on: loop)
        _ = try await socket.bind(to: endpoint(site))
        var left = count - (try await socket.receiveBatch(limit: 64)).count
        let begin = ContinuousClock.now
        while left > 0 { left -= try await socket.receiveBatch(limit: 64).count }
        print((ContinuousClock.now - begin) / .seconds(1), terminator: "")
        await socket.close()
        await loop.shutdown()
    }

    static func push(_ count: Int, site: Site) async throws {
        let (own, head) = try site.secrets(of: 0)
        var options = SocketOptions()
        options.curve = .client(own.pair, server: head.key)
        options.linger = .seconds(60)
        let loop = try EventLoop.start(name: "push")
        let socket = AsyncSocket(try Socket(try Context(), kind: .push, options: options), on: loop)
        try await socket.connect(to: endpoint(site))
        let content = (0..<chunk).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for _ in 0..<count {
            let frame = content.withUnsafeBytes { Frame(copying: $0) }
            try await socket.send(Message([frame]))
        }
        await socket.close()
        await loop.shutdown()
    }
}
