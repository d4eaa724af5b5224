import Shared

/// What follows when an attempt has failed: the one table of it.
struct Retry: Equatable, Sendable {
    /// So many times; counted for each class apart.
    var times: Int
    var pause: Pause
    /// Where it failed, it is tried again only when there is no other worker at all.
    var elsewhere = true

    enum Pause: Equatable, Sendable {
        case none
        /// Longer each time.
        case growing
        /// None the first time, then longer and longer.
        case growingLater
    }

    static let never = Retry(times: 0, pause: .none)

    /// `Need` reserves more memory after `out-of-memory` and more disk after `out-of-disk`; `coresAfter` gives fewer cores;
    /// a second `timed-out` attempt has the farm's own limit instead of the one from history.
    static func rule(for failureClass: FailureClass, _ policy: Policy) -> Retry {
        switch failureClass {
        case .workerLost: Retry(times: policy.retries, pause: .growingLater, elsewhere: false)
        case .fetchFailed, .transferFailed: Retry(times: policy.retries, pause: .growing)
        case .outOfDisk: Retry(times: policy.retries, pause: .growing)
        case .outOfMemory: Retry(times: min(2, policy.retries), pause: .none, elsewhere: false)
        case .timedOut: Retry(times: min(1, policy.retries), pause: .none)
        // A second opinion is the worker's doing, not the package's: see `Conduct.isSuspicious`.
        case .buildFailed, .dependencyMissing, .cancelled, .refused, .resolveFailed, .invalidPackage: .never
        }
    }

    /// Milliseconds until the next attempt; nil: it was the last one.
    static func delay(after failure: Failure, _ attempts: [Snapshot.Attempt], _ policy: Policy) -> Int64? {
        let rule = rule(for: failure.failureClass, policy)
        let ends = attempts.count { $0.record.failureClass == failure.failureClass }
        guard ends <= rule.times else { return nil }
        let doublings: Int
        switch rule.pause {
        case .none: return 0
        case .growing: doublings = ends - 1
        case .growingLater where ends <= 1: return 0
        case .growingLater: doublings = ends - 2
        }
        return min(policy.longestBackoff, policy.firstBackoff << min(20, max(0, doublings)))
    }

    /// Each build that ran out of memory halves the cores of the next one.
    static func coresAfter(_ attempts: [Snapshot.Attempt]) -> Int32 {
        var most = Int32.max
        for attempt in attempts where attempt.record.failureClass == .outOfMemory {
            most = min(most, max(1, attempt.record.cores / 2))
        }
        return most
    }
}

extension AttemptRecord {
    /// nil when it has not failed.
    var failureClass: FailureClass? {
        switch end {
        case .failed(let failure): failure.failureClass
        case .lost: .workerLost
        case .finished, .released, .cancelled, nil: nil
        }
    }
}
