/// Suspended tasks in the order they came, each with what it waits for.
struct WaitingList<Wanted: Sendable, Answer: Sendable> {
    typealias Continuation = CheckedContinuation<Answer, any Error>

    private var entries: [(id: UInt64, wanted: Wanted, continuation: Continuation)] = []
    private var lastID: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }
    var first: Wanted? { entries.first?.wanted }

    /// A number by which an entry can be cancelled, also before it is there.
    mutating func makeID() -> UInt64 {
        lastID += 1
        return lastID
    }

    mutating func append(id: UInt64, _ wanted: Wanted, _ continuation: Continuation) {
        entries.append((id, wanted, continuation))
    }

    mutating func popFirst() -> Continuation? {
        entries.isEmpty ? nil : entries.removeFirst().continuation
    }

    mutating func cancel(_ id: UInt64) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    mutating func removeAll(throwing error: any Error) {
        let all = entries
        entries = []
        for entry in all { entry.continuation.resume(throwing: error) }
    }
}
