import Shared

/// One fact to store. Each names a row and gives its whole new content, so that applying a change twice is harmless.
enum Change: Equatable, Sendable {
    case run(RunID, RunRecord)
    /// The run's plan, with a row for each job as `Plan.initialRecords(at:)` says.
    case plan(RunID, Plan, at: Instant)
    case job(JobID, JobRecord)
    /// A lease and, later, its end. The largest fence ever stored is the snapshot's `lastFence`.
    case attempt(AttemptID, AttemptRecord)
    /// The largest BUILD_ID given out for the package in the farm.
    case buildID(farm: String, CPV, Int32)
}

/// A run's row.
struct RunRecord: Equatable, Sendable, Codable {
    var request: RunRequest
    var submitted: Instant
    var state: RunState = .resolving
    var ended: Instant?
    var failure: Failure?
}

/// A job's row; its lease and its earlier attempts are rows of their own.
struct JobRecord: Equatable, Sendable, Codable {
    /// `waiting` stands for `ready` too: which of the two is computed.
    var state: JobState = .waiting
    /// Why it is built, cached or skipped.
    var reason: String = ""
    var failure: Failure?
    /// Set when published or cached.
    var result: PublishedRecord?
    /// Not leased again before.
    var notBefore: Instant?
    var ended: Instant?
}

/// An attempt's row.
struct AttemptRecord: Equatable, Sendable, Codable {
    var worker: WorkerName
    var started: Instant
    /// 0 when resolving.
    var buildID: Int32 = 0
    var ended: Instant?
    var end: AttemptEnd?
    var resources: Resources?

    /// The worker has it, or should have.
    var isLive: Bool { end == nil }
}

/// How an attempt ended in the coordinator's books.
enum AttemptEnd: Equatable, Sendable, Codable {
    /// The worker brought it: the package or the resolve document.
    case finished(Blob)
    /// The worker said so.
    case failed(Failure)
    /// The worker did not renew the lease, left, or came back without the attempt.
    case lost(String)
    /// The worker gave it back: it was stopped on purpose.
    case released(String)
    case cancelled

    /// The worker's own word was taken: said again, it is answered the same.
    var isSettled: Bool {
        switch self {
        case .finished, .failed: true
        case .lost, .released, .cancelled: false
        }
    }
}
