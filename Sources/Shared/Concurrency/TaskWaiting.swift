internal import Synchronization

extension Task where Failure == any Error {
    /// The task's value, or an error as soon as the *waiting* task is cancelled; the awaited one goes on for others.
    package func valueUnlessCancelled() async throws -> Success {
        let once = Once<Success>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                once.set(continuation)
                Task<Void, Never> { once.resume(with: await self.result) }
            }
        } onCancel: {
            once.resume(with: .failure(_Concurrency.CancellationError()))
        }
    }
}

/// A continuation that whoever is first resumes.
private final class Once<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var early: Result<Value, any Error>?
        var isDone = false
    }
    private let state = Mutex(State())

    func set(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state in
            if state.early == nil { state.continuation = continuation }
            return state.early
        }
        if let early { continuation.resume(with: early) }
    }

    func resume(with result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard !state.isDone else { return nil }
            state.isDone = true
            if state.continuation == nil { state.early = result }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
