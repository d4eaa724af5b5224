package import Dispatch

/// Runs blocking work off the cooperative thread pool.
package enum Blocking {
    package static func run<Value: Sendable>(
        on queue: DispatchQueue = .global(), _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
