import Shared

/// One request on its way, and its answer.
struct Exchange: Sendable {
    enum Outcome: Sendable {
        case answered(WireCoordinatorMessage.OneOf_Body)
        /// The request could not even be sent.
        case notConnected
        case notAnswered
    }

    let channel: Channel
    let body: CoordinatorConnection.Request

    func run(within time: Duration) async throws -> Outcome {
        let deadline = ContinuousClock.now + time
        guard try await before(deadline, { try await channel.send(body) }) != nil else { return .notConnected }
        guard let answer = try await before(deadline, { try await channel.receive() }) else { return .notAnswered }
        return .answered(answer)
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
