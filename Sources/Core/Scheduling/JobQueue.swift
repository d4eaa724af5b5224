import Shared

/// Ready jobs that need the same of a host: when the first of them finds no room, none does.
struct JobQueue: Sendable {
    let kind: Kind
    /// May hold jobs that are not queued here any more.
    var jobs = Heap<ReadyJob>()
    /// After a look at all workers found no room: those whose room has grown since, so that few are looked at again.
    var candidates: Heap<IdleWorker>?
    /// The first of its jobs has found no room since then.
    var blockedSince: Instant?

    struct Kind: Hashable, Sendable {
        var farm: String
        var need: Need
        /// Its jobs failed there: not again, while there is another worker.
        var failedAt: [WorkerName] = []
        /// Its jobs were lost there: rather elsewhere.
        var lostAt: [WorkerName] = []
        /// A queue of this one job, for which a host gathers cores.
        var only: JobID?

        /// Any number of jobs may come of this kind.
        var isCommon: Bool { failedAt.isEmpty && lostAt.isEmpty && only == nil }
    }

    init(_ kind: Kind) { self.kind = kind }
}
