import Glibc
import Testing
import ZeroMQ

/// Runs a test with a context and a loop, which is shut down afterwards whatever happens.
func withLoop<Result: Sendable>(
    _ body: @Sendable (Context, EventLoop) async throws -> Result
) async throws -> Result {
    let context = try Context()
    let loop = try EventLoop.start(name: "test")
    do {
        let result = try await body(context, loop)
        await loop.shutdown()
        return result
    } catch {
        await loop.shutdown()
        throw error
    }
}

/// Waits until a condition holds that nothing announces; fails after ten seconds.
func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The answer, or nil when there is none within a time.
func receive(from socket: AsyncSocket, within time: Duration) async throws -> Message? {
    try await withThrowingTaskGroup(of: Message?.self) { group in
        group.addTask { try await socket.receive() }
        group.addTask {
            try await Task.sleep(for: time)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}

extension SocketOptions {
    static func with(_ change: (inout SocketOptions) -> Void) -> SocketOptions {
        var options = SocketOptions()
        change(&options)
        return options
    }
}

/// Connects to a port of this host, sends bytes that are no ZeroMQ, and hangs up.
func sendRaw(_ bytes: [UInt8], toPort port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(result == 0)
    // The other side may hang up before it has read everything.
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
}
