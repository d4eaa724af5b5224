internal import Synchronization
internal import ZeroMQ

/// Hands messages from the event loop to the one task that waits for them. Bounded: what does not fit is refused.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var queue: [Element] = []
        var waiter: (id: UInt64, continuation: CheckedContinuation<Element?, any Error>)?
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let loop: EventLoop
    private let limit: Int

    /// - Parameter limit: how many may wait.
    init(loop: EventLoop, limit: Int) {
        self.loop = loop
        self.limit = limit
    }

    /// false when there is no room: whoever sends more than was asked for has to begin again.
    @discardableResult
    func put(_ element: Element) -> Bool {
        let (waiter, fits) = state.withLock { state in
            if let waiter = state.waiter {
                state.waiter = nil
                return (Optional(waiter.continuation), true)
            }
            guard state.queue.count < limit else { return (nil, false) }
            state.queue.append(element)
            return (nil, true)
        }
        waiter?.resume(returning: element)
        return fits
    }

    /// The next message; nil when none came in time.
    func next(within timeout: Duration) async throws -> Element? {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let timer = loop.schedule(after: timeout) { self.end(id, with: .success(nil)) }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let element = state.withLock { state -> Element? in
                    guard state.queue.isEmpty else { return state.queue.removeFirst() }
                    state.waiter = (id, continuation)
                    return nil
                }
                if let element {
                    continuation.resume(returning: element)
                } else if Task.isCancelled {
                    end(id, with: .failure(CancellationError()))
                }
            }
        } onCancel: {
            end(id, with: .failure(CancellationError()))
        }
    }

    private func end(_ id: UInt64, with result: Result<Element?, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
            guard let waiter = state.waiter, waiter.id == id else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume(with: result)
    }
}
