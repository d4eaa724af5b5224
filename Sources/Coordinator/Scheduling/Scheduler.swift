import Shared

/// All scheduling decisions of a coordinator: events and the time go in, effects come out. No sockets, no files, no clock,
/// no randomness: the same events at the same times give the same effects.
struct Scheduler: Sendable {
    /// What is stored; only `persist` changes it.
    private(set) var durable: Snapshot
    let policy: Policy

    /// After restoring, the shell sends `started` before anything else.
    init(restoring snapshot: Snapshot = Snapshot(), policy: Policy = Policy(), now: Instant) {
        durable = snapshot
        self.policy = policy
    }

    mutating func handle(_ event: Event, now: Instant) -> [Effect] { [] }
}
