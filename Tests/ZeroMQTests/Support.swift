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
