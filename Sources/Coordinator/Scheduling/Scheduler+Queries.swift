import Shared

/// What the status screens ask.
extension Scheduler {
    /// Why nothing is leased or published now; nil when all is well.
    var paused: String? { nil }

    /// The run's jobs by state, without the states that no job is in.
    func counts(_ run: RunID) -> [JobState: Int] { [:] }

    /// `waiting` and `ready` told apart.
    func state(of job: JobID) -> JobState? { nil }

    /// Everything about one job; nil when it is unknown.
    func status(of job: JobID) -> JobView? { nil }

    /// Connected workers and those that still hold leases, by name.
    func workers() -> [WorkerView] { [] }

    /// The time at which the run should end; nil when too little is known.
    func eta(_ run: RunID, now: Instant) -> Instant? { nil }

    /// Whether somebody works on this attempt now: bulk data and logs are taken only for such attempts.
    func isLive(_ attempt: AttemptID, worker: WorkerName) -> Bool { false }
}

/// One job as people see it.
struct JobView: Equatable, Sendable {
    var id: JobID
    /// nil: the run's resolving.
    var cpv: CPV?
    var state: JobState
    var worker: WorkerName?
    var phase: Phase?
    /// Of the attempt that runs or ran last.
    var started: Instant?
    var ended: Instant?
    /// Milliseconds.
    var expected: Int64?
    var attempts: Int
    var failure: Failure?
    var reason: String
    var resources: Resources?
    /// Jobs not yet available, the first ten.
    var waitingFor: [CPV]
}

/// One worker as people see it.
struct WorkerView: Equatable, Sendable {
    var name: WorkerName
    var connected: Bool
    var offer: Offer?
    var lastSeen: Instant?
    var running: [AttemptID]
}
