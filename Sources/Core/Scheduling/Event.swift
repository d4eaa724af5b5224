package import Shared

/// What the shell tells the core.
package enum Event: Equatable, Sendable {
    /// First after a start: takes up what a restart interrupted.
    case started
    case runSubmitted(RunID, RunRequest)
    /// Answer to `Effect.plan`.
    case planned(RunID, Plan)
    /// These packages of other farms get their places in the farm's binhost: their BUILD_IDs are given to no other.
    case adopting(farm: String, [PublishedRecord])
    /// A farm has come that has packages with these BUILD_IDs already: they are given to no other.
    case numbered(farm: String, [CPV: Int32])
    /// Answer to `Effect.plan`: the document says why there is no graph, or no plan can be made of it.
    case planningFailed(RunID, Failure)
    case cancelRun(RunID)
    /// A worker's Hello, on each new connection.
    case workerConnected(WorkerName, Offer, held: [HeldAttempt])
    /// The connection is gone; the worker's leases go on until their deadline.
    case workerDisconnected(WorkerName)
    /// Goodbye: the worker stopped on purpose, its leases end now.
    case workerLeft(WorkerName)
    case renewed(WorkerName, [HeldAttempt], room: Room = Room())
    /// A person wants nothing more to be leased to the worker; what it builds goes on.
    case drain(WorkerName)
    /// Takes `drain` back, and setting the worker aside too.
    case resume(WorkerName)
    case attemptFinished(WorkerName, AttemptID, Outcome, Resources)
    /// Answer to `Effect.publish`: it is in the binhost, durably.
    case published(AttemptID, PublishedRecord)
    /// Answer to `Effect.publish`: what came is not the package asked for, or cannot be had any more.
    case publicationRefused(AttemptID, Failure)
    /// There is no room for packages. When it was met while publishing, the attempt's package is not published.
    /// - Parameter farm: only its packages find none.
    case storageFull(String, farm: String? = nil)
    /// Also the answer to `Effect.probeStorage`: there is room for all packages.
    case storageAvailable
    /// Answer to `Effect.probeStorage`: there is room but for the packages of these farms, with the reasons.
    case storagePartlyAvailable([String: String])
    /// Time has passed; asked for by `Effect.wake`.
    case tick
}

/// What a worker's host has.
package struct Offer: Equatable, Sendable {
    /// Jobs at once.
    package var slots: Int32
    package var cores: Int32
    /// Bytes.
    package var memory: Int64
    package var hostname: String
    package var version: String
    /// `podman 4.3.1`
    package var engine: String
    /// Bytes free now; nil when it was not told.
    package var disk: Int64?

    package init(
        slots: Int32, cores: Int32, memory: Int64, hostname: String, version: String, engine: String, disk: Int64? = nil
    ) {
        self.slots = slots
        self.cores = cores
        self.memory = memory
        self.hostname = hostname
        self.version = version
        self.engine = engine
        self.disk = disk
    }
}

/// What a worker's host has left now, in bytes; nil when it was not told.
package struct Room: Equatable, Sendable {
    package var disk: Int64?
    package var memory: Int64?

    package init(disk: Int64? = nil, memory: Int64? = nil) {
        self.disk = disk
        self.memory = memory
    }
}

/// An attempt that a worker says it has.
package struct HeldAttempt: Equatable, Sendable {
    package var attempt: AttemptID
    package var phase: Phase?
    /// Its end follows.
    package var finished: Bool

    package init(attempt: AttemptID, phase: Phase?, finished: Bool) {
        self.attempt = attempt
        self.phase = phase
        self.finished = finished
    }
}

/// How an attempt ended at the worker.
package enum Outcome: Equatable, Sendable {
    /// The package, offered on the bulk socket before.
    case package(Blob)
    /// The resolve probe's document, offered on the bulk socket before.
    case resolution(Blob)
    case failure(Failure)
}
