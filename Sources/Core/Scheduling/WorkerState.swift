import Shared

/// A worker as the scheduler knows it between two Hellos.
struct WorkerState: Sendable {
    var connected = false
    /// nil after a restart, until its Hello.
    var offer: Offer?
    var lastSeen: Instant?
    /// It let a lease run out: nothing more is leased to it until it says something.
    var isSilent = false
    /// As it said last.
    private(set) var room = Room()
    /// As stored.
    var record = WorkerRecord()
    /// As in the record, with what was learned since it was stored.
    var speed = HostSpeed()
    /// Live leases, by fence, ascending; after a restart those that the last coordinator gave.
    var running: [AttemptID] = []
    /// Of the running ones, those that have given their slots back.
    var trying = 0
    /// Of its leases together.
    var given = Grant()
    /// Memory reserved for builds that it did not know of when it said what room it has.
    var reservedSince: Int64 = 0
    /// A Hello offered less than was given already.
    var isOvercommitted = false
    /// Part of the scheduler's sum of free slots.
    var countedFree = 0

    init(record: WorkerRecord = WorkerRecord()) {
        self.record = record
        speed = record.speed
    }

    var slots: Int { Int(max(0, offer?.slots ?? 0)) }
    /// Each slot has at least one, whatever the host has.
    var cores: Int32 { max(offer?.cores ?? 0, Int32(slots)) }
    var takenSlots: Int { running.count - trying }
    var freeCores: Int32 { max(0, cores - given.cores) }
    /// 0 when not known.
    var memory: Int64 { max(0, offer?.memory ?? 0) }

    /// It may be given leases when it has room.
    func isUsable(_ now: Instant) -> Bool {
        connected && !isSilent && slots > 0 && !record.drained && !record.conduct.isAside(now)
    }

    /// Leases that may be given now.
    func free(_ now: Instant) -> Int {
        guard isUsable(now) else { return 0 }
        if record.conduct.isProbed(now) { return running.isEmpty ? 1 : 0 }
        return max(0, min(slots - takenSlots, Int(freeCores)))
    }

    /// What a job that needs so much has reserved.
    func reservation(_ need: Need, _ policy: Policy) -> Int64 {
        if need.memory > 0 || memory == 0 { return need.memory }
        return min(policy.unknownMemory, memory / Int64(max(1, slots)))
    }

    /// Not reserved, and no more than the worker said is free. What its builds used then is not in that: what has been
    /// reserved since goes off it; what has come free since, the worker says when it renews its leases. A host with
    /// nothing to do is tried, whatever it says.
    func freeMemory() -> Int64 {
        let unreserved = memory - given.memory
        guard let told = room.memory, !running.isEmpty else { return unreserved }
        return min(unreserved, told - reservedSince)
    }

    /// - Parameter since: memory reserved for builds that the worker did not know of when it said that.
    /// - Returns: whether that is another room than before.
    mutating func hasTold(_ now: Room, since: Int64) -> Bool {
        defer { (room, reservedSince) = (now, since) }
        return now != room || since != reservedSince
    }

    /// A Hello offered less than that.
    var hasGivenTooMuch: Bool { given.cores > cores || given.memory > memory || takenSlots > slots }

    func freeDisk() -> Int64? { room.disk.map { $0 - given.disk } }
}

/// What a lease has of its host.
struct Grant: Equatable, Sendable {
    var cores: Int32 = 0
    /// Bytes.
    var memory: Int64 = 0
    var disk: Int64 = 0

    static func += (left: inout Grant, right: Grant) {
        left.cores += right.cores
        left.memory += right.memory
        left.disk += right.disk
    }

    static func -= (left: inout Grant, right: Grant) {
        left.cores -= right.cores
        left.memory -= right.memory
        left.disk -= right.disk
    }
}

/// A worker with room: the one where a job ends soonest first, then the one with more room, then by name.
struct IdleWorker: Comparable, Sendable {
    var name: WorkerName
    /// Its speed, and with shared cores what its free cores make of it; in twentieths.
    var speed: Int
    var free: Int

    init?(_ name: WorkerName, _ worker: WorkerState, _ policy: Policy, _ now: Instant) {
        free = worker.free(now)
        guard free > 0 else { return nil }
        self.name = name
        var speed = worker.speed.factor
        if policy.cores == .shared {
            speed /= 1 - policy.parallelPart + policy.parallelPart / Double(max(1, worker.freeCores))
        }
        self.speed = Int((speed * 20).rounded())
    }

    static func < (left: IdleWorker, right: IdleWorker) -> Bool {
        if left.speed != right.speed { return left.speed > right.speed }
        return left.free == right.free ? left.name < right.name : left.free > right.free
    }
}

/// A live lease.
struct Lease: Sendable {
    var worker: WorkerName
    let farm: String
    private(set) var grant: Grant
    /// Its cores too, but not its memory: the work directory is there until the attempt's end.
    private(set) var hasGivenSlotBack = false
    private(set) var deadline: Instant
    var phase: Phase?
    /// What it uses is not in the memory that the worker said is free.
    var isTold = false

    init(worker: WorkerName, farm: String, grant: Grant, deadline: Instant) {
        self.worker = worker
        self.farm = farm
        self.grant = grant
        self.deadline = deadline
    }

    mutating func giveSlotBack() {
        hasGivenSlotBack = true
        grant.cores = 0
    }

    /// Never shorter: the lease's timer is set for the deadline it had.
    mutating func extend(to later: Instant) { deadline = max(deadline, later) }
}
