import Shared

/// Something to look at when its time has come. It is never taken back: whoever takes it sees whether it still matters.
struct Timer: Comparable, Sendable {
    var at: Instant
    /// Tells timers of one time apart, in the order in which they were set.
    var sequence: UInt64
    var purpose: Purpose

    enum Purpose: Hashable, Sendable {
        case lease(AttemptID)
        case retry(JobID)
        case storage
        /// A worker that is set aside is probed.
        case probe(WorkerName)
        /// Jobs that found no room for long.
        case relief
        /// A host has gathered cores for long enough.
        case claim
    }

    static func < (left: Timer, right: Timer) -> Bool {
        left.at == right.at ? left.sequence < right.sequence : left.at < right.at
    }
}
