import Shared
import ZeroMQ

/// One request on its way, and its answer.
struct Exchange: Sendable {
    enum Outcome: Sendable {
        case answered(WireCoordinatorMessage.OneOf_Body)
        /// The request could not even be sent.
        case notConnected
        case notAnswered
    }

    let socket: AsyncSocket
    let request: UInt64
    let message: Message

    func run(within time: Duration) async throws -> Outcome {
        let deadline = ContinuousClock.now + time
        guard try await before(deadline, { try await socket.send(message) }) != nil else { return .notConnected }
        guard let answer = try await before(deadline, answer) else { return .notAnswered }
        return .answered(answer)
    }

    /// What is malformed, answers something else, or has a body that this version does not know, is passed over.
    private func answer() async throws -> WireCoordinatorMessage.OneOf_Body {
        while true {
            let received = try await socket.receive()
            guard let frame = received.first, received.count == 1,
                let message = try? frame.parse(WireCoordinatorMessage.self),
                message.request == request, let body = message.body
            else { continue }
            return body
        }
    }

    /// nil when the time was over first.
    private func before<Value: Sendable>(
        _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
