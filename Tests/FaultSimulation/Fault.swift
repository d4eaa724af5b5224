/// One thing that goes wrong, or that a person does, at a time of the scenario (milliseconds from its start).
struct Fault: Sendable, CustomStringConvertible {
    var at: Int64
    var kind: Kind

    enum Kind: Sendable, Equatable {
        /// The process or its host; its running builds are gone, what it had finished only when its disk is lost too.
        case workerDies(worker: Int, losesDisk: Bool, down: Int64)
        /// Stopped on purpose.
        case workerStops(worker: Int, down: Int64)
        /// What is under way on it may be lost.
        case connectionBreaks(worker: Int, down: Int64)
        /// Runs, but neither speaks nor listens.
        case workerStalls(worker: Int, time: Int64)
        /// Messages of the connection are lost, doubled, and out of order; it ends with a new connection.
        case connectionLies(worker: Int, time: Int64)
        /// Builds end for want of room.
        case workerDiskFull(worker: Int, time: Int64)
        /// The worker comes back with other slots.
        case slotsChange(worker: Int, slots: Int32)
        case coordinatorDies(KillPoint, down: Int64)
        /// The worker comes back with another memory, in bytes.
        case memoryChanges(worker: Int, memory: Int64)
        /// No room for packages.
        case storageFull(time: Int64)
        /// No room for packages of this farm.
        case farmFull(String, time: Int64)
        /// The coordinator's clock is set; negative: back.
        case clockJumps(by: Int64)
        case cancel(run: Int)
        /// Nothing more is to be leased to it for a while.
        case drain(worker: Int, time: Int64)
    }

    /// Where in the handling of the next event the coordinator dies.
    enum KillPoint: Sendable, Equatable {
        case beforeCommit
        case afterCommit
        /// After that many effects that are not stored.
        case afterEffects(Int)
    }

    var description: String { "at \(at) ms: \(kind)" }
}
