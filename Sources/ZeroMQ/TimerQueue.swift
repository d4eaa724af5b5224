/// One-shot timers in the order of their deadlines; those with the same deadline in the order they were added.
struct TimerQueue {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        var deadline: Instant
        var id: UInt64

        func isBefore(_ other: Entry) -> Bool { (deadline, id) < (other.deadline, other.id) }
    }

    /// A binary heap. It may hold entries of cancelled timers until they come up or are most of it.
    private var heap: [Entry] = []
    private var bodies: [UInt64: @Sendable () -> Void] = [:]

    var count: Int { bodies.count }

    mutating func add(id: UInt64, deadline: Instant, body: @escaping @Sendable () -> Void) {
        bodies[id] = body
        heap.append(Entry(deadline: deadline, id: id))
        siftUp(from: heap.count - 1)
    }

    mutating func cancel(_ id: UInt64) {
        guard bodies.removeValue(forKey: id) != nil else { return }
        guard heap.count > 2 * bodies.count + 64 else { return }
        // An array in order is a heap too.
        heap = heap.filter { bodies[$0.id] != nil }.sorted { $0.isBefore($1) }
    }

    mutating func removeAll() {
        heap = []
        bodies = [:]
    }

    /// When the next timer is due.
    mutating func nextDeadline() -> Instant? {
        while let first = heap.first {
            if bodies[first.id] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes the next timer that is due at `now`.
    mutating func popDue(at now: Instant) -> (@Sendable () -> Void)? {
        guard let deadline = nextDeadline(), deadline <= now, let first = heap.first else { return nil }
        removeFirst()
        return bodies.removeValue(forKey: first.id)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown()
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least])
            {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
