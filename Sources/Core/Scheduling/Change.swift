package import Shared

/// One fact to store. Each names a row and gives its whole new content, so that applying a change twice is harmless;
/// packages are only added.
/// Indirect, as it is copied from hand to hand.
package indirect enum Change: Equatable, Sendable {
    case run(RunID, RunRecord)
    /// The run's plan, with a row for each job as `Plan.initialRecords(at:)` says.
    case plan(RunID, Plan, at: Instant)
    case job(JobID, JobRecord)
    /// A lease and, later, its end. The largest fence ever stored is the snapshot's `lastFence`.
    case attempt(AttemptID, AttemptRecord)
    /// A BUILD_ID that is taken for the package in the farm; those that attempts have are taken, too.
    case buildID(farm: String, CPV, Int32)
    case worker(WorkerName, WorkerRecord)
    /// A package of the farm by its build key: published, or found to be what the job's build would give. Only in the
    /// database. Of equal keys the newest counts.
    case package(farm: String, PublishedRecord, PackageFacts, of: JobID)
}

/// A run's row.
package struct RunRecord: Equatable, Sendable, Codable {
    package var request: RunRequest
    package var submitted: Instant
    package var state: RunState = .resolving
    package var ended: Instant?
    package var failure: Failure?

    package init(
        request: RunRequest, submitted: Instant, state: RunState = .resolving, ended: Instant? = nil,
        failure: Failure? = nil
    ) {
        self.request = request
        self.submitted = submitted
        self.state = state
        self.ended = ended
        self.failure = failure
    }
}

/// A job's row; its lease and its earlier attempts are rows of their own.
package struct JobRecord: Equatable, Sendable, Codable {
    /// `waiting` stands for `ready` too: which of the two is computed.
    package var state: JobState = .waiting
    /// Why it is built, cached or skipped.
    package var reason: String = ""
    package var failure: Failure?
    /// Set when published or cached.
    package var result: PublishedRecord?
    /// Not leased again before.
    package var notBefore: Instant?
    package var ended: Instant?

    package init(
        state: JobState = .waiting, reason: String = "", failure: Failure? = nil, result: PublishedRecord? = nil,
        notBefore: Instant? = nil, ended: Instant? = nil
    ) {
        self.state = state
        self.reason = reason
        self.failure = failure
        self.result = result
        self.notBefore = notBefore
        self.ended = ended
    }
}

/// An attempt's row.
package struct AttemptRecord: Equatable, Sendable, Codable {
    package var worker: WorkerName
    package var started: Instant
    /// 0 when resolving.
    package var buildID: Int32 = 0
    /// Given to the build (MAKEOPTS).
    package var cores: Int32 = 1
    /// Milliseconds that the build may take; nil is no limit.
    package var timeLimit: Int64?
    package var ended: Instant?
    package var end: AttemptEnd?
    package var resources: Resources?

    package init(
        worker: WorkerName, started: Instant, buildID: Int32 = 0, cores: Int32 = 1, timeLimit: Int64? = nil,
        ended: Instant? = nil,
        end: AttemptEnd? = nil, resources: Resources? = nil
    ) {
        self.worker = worker
        self.started = started
        self.buildID = buildID
        self.cores = cores
        self.timeLimit = timeLimit
        self.ended = ended
        self.end = end
        self.resources = resources
    }

    /// The worker has it, or should have.
    package var isLive: Bool { end == nil }
}

/// How an attempt ended in the coordinator's books.
package enum AttemptEnd: Equatable, Sendable, Codable {
    /// The worker brought it: the package or the resolve document.
    case finished(Blob)
    /// The worker said so.
    case failed(Failure)
    /// The worker did not renew the lease, left, or came back without the attempt.
    case lost(String)
    /// The worker gave it back: it was stopped on purpose.
    case released(String)
    case cancelled

    /// One word: as the database and `/metrics` name it.
    package var outcome: String {
        switch self {
        case .finished: "finished"
        case .failed: "failed"
        case .lost: "lost"
        case .released: "released"
        case .cancelled: "cancelled"
        }
    }

    /// The worker's own word was taken: said again, it is answered the same.
    package var isSettled: Bool {
        switch self {
        case .finished, .failed: true
        case .lost, .released, .cancelled: false
        }
    }
}
