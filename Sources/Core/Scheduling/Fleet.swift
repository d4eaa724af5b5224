import Shared

/// What all workers together have that may be given leases; changes when one comes, goes, or is drained.
struct Fleet: Equatable, Sendable {
    var connected = 0
    var usable = 0
    var slots = 0
    var cores = 0
    /// Of the host with most; bytes.
    var largestMemory: Int64 = 0

    init() {}

    init(_ workers: some Sequence<WorkerState>, _ now: Instant) {
        for worker in workers {
            if worker.connected { connected += 1 }
            guard worker.isUsable(now) else { continue }
            usable += 1
            slots += worker.slots
            cores += Int(worker.cores)
            largestMemory = max(largestMemory, worker.memory)
        }
    }
}
