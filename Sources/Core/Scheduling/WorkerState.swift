import Shared

/// A worker as the scheduler knows it between two Hellos.
struct WorkerState: Sendable {
    var connected = false
    /// nil after a restart, until its Hello.
    var offer: Offer?
    var lastSeen: Instant?
    /// As it said last.
    var room = Room()
    /// As stored.
    var record = WorkerRecord()
    /// Live leases, by fence, ascending; after a restart those that the last coordinator gave.
    var running: [AttemptID] = []

    var slots: Int { Int(max(0, offer?.slots ?? 0)) }
    /// Leases that may be given now.
    var free: Int { connected && !record.drained ? max(0, slots - running.count) : 0 }
}

/// A worker with room, the one with most room first, then by name.
struct IdleWorker: Comparable, Sendable {
    var name: WorkerName
    var free: Int

    static func < (left: IdleWorker, right: IdleWorker) -> Bool {
        left.free == right.free ? left.name < right.name : left.free > right.free
    }
}

/// A live lease.
struct Lease: Sendable {
    var worker: WorkerName
    private(set) var deadline: Instant
    var phase: Phase?

    init(worker: WorkerName, deadline: Instant) {
        self.worker = worker
        self.deadline = deadline
    }

    /// Never shorter: the lease's timer is set for the deadline it had.
    mutating func extend(to later: Instant) { deadline = max(deadline, later) }
}
