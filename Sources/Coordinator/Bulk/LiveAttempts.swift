import Shared
import Synchronization

/// Which attempts are leased to whom right now: what a worker offers for any other is refused at the door.
///
/// Written by the dispatcher, read by the bulk server on its own thread.
final class LiveAttempts: Sendable {
    private let leases = Mutex<[AttemptID: WorkerName]>([:])

    func insert(_ attempt: AttemptID, worker: WorkerName) { leases.withLock { $0[attempt] = worker } }

    func remove(_ attempt: AttemptID) { leases.withLock { _ = $0.removeValue(forKey: attempt) } }

    func contains(_ attempt: AttemptID, worker: WorkerName) -> Bool { leases.withLock { $0[attempt] == worker } }

    /// Whoever has it.
    func contains(_ attempt: AttemptID) -> Bool { leases.withLock { $0[attempt] != nil } }
}
