/// Work that may hang, such as a question to a dead network file system, given up after a time.
package enum TimeLimit {
    package struct Exceeded: Error, CustomStringConvertible {
        let limit: Duration
        package var description: String { "no answer within \(limit)" }
    }

    /// The work's value. After `limit` the work is cancelled and no longer waited for, whether it heeds that or not.
    package static func run<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        defer { task.cancel() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await task.valueUnlessCancelled() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw Exceeded(limit: limit) }
            return value
        }
    }
}
