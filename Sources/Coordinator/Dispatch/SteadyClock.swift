import FoundationEssentials
import Core
import Shared

/// Times of day that never jump: the system's time at the start and what has passed since. A clock that is set while the
/// coordinator runs must not end leases.
struct SteadyClock: Sendable {
    private let start = Date.now
    private let reference = ContinuousClock.now

    func now() -> Instant {
        Instant(milliseconds: Int64(start.timeIntervalSince1970 * 1000))
            + (ContinuousClock.now - reference).milliseconds
    }
}
