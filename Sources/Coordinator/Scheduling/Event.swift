import Shared

/// What the shell tells the core.
enum Event: Equatable, Sendable {
    /// First after a start: takes up what a restart interrupted.
    case started
    case runSubmitted(RunID, RunRequest)
    /// Answer to `Effect.plan`.
    case planned(RunID, Plan)
    /// Answer to `Effect.plan`: the document says why there is no graph, or no plan can be made of it.
    case planningFailed(RunID, Failure)
    case cancelRun(RunID)
    /// A worker's Hello, on each new connection.
    case workerConnected(WorkerName, Offer, held: [HeldAttempt])
    /// The connection is gone; the worker's leases go on until their deadline.
    case workerDisconnected(WorkerName)
    /// Goodbye: the worker stopped on purpose, its leases end now.
    case workerLeft(WorkerName)
    case renewed(WorkerName, [HeldAttempt])
    case attemptFinished(WorkerName, AttemptID, Outcome, Resources)
    /// Answer to `Effect.publish`: it is in the binhost, durably.
    case published(AttemptID, PublishedRecord)
    /// Answer to `Effect.publish`: what came is not the package asked for, or cannot be had any more.
    case publicationRefused(AttemptID, Failure)
    /// There is no room for packages. When it was met while publishing, the attempt's package is not published.
    case storageFull(String)
    /// Also the answer to `Effect.probeStorage`.
    case storageAvailable
    /// Time has passed; asked for by `Effect.wake`.
    case tick
}

/// What a worker's host has.
struct Offer: Equatable, Sendable {
    /// Jobs at once.
    var slots: Int32
    var cores: Int32
    /// Bytes.
    var memory: Int64
    var hostname: String
    var version: String
    /// `podman 4.3.1`
    var engine: String
}

/// An attempt that a worker says it has.
struct HeldAttempt: Equatable, Sendable {
    var attempt: AttemptID
    var phase: Phase?
    /// Its end follows.
    var finished: Bool
}

/// How an attempt ended at the worker.
enum Outcome: Equatable, Sendable {
    /// The gpkg, offered on the bulk socket before.
    case package(Blob)
    /// The resolve probe's document, offered on the bulk socket before.
    case resolution(Blob)
    case failure(Failure)
}
