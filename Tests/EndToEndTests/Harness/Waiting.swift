/// Asks again and again until there is an answer: for what no event tells.
///
/// - Throws: when there was none within the time, naming what was waited for.
@discardableResult
nonisolated(nonsending) func until<Value>(
    _ what: String, within limit: Duration = .seconds(90), _ probe: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await probe() { return value }
        guard .now < deadline else { throw HarnessError("within \(limit) there was no \(what)") }
        try await Task.sleep(for: .milliseconds(100))
    }
}
