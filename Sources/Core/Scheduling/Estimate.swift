package import Shared

/// How a run goes on.
package struct Outlook: Equatable, Sendable {
    /// nil when no slot is there, or when most of what remains was never built.
    package var estimate: Estimate?
    /// Jobs that decide when it ends: the longest way through what remains. Each waits for the one before it.
    package var decidingPath: [JobID]
}

/// When a run should end.
package struct Estimate: Equatable, Sendable {
    /// No schedule ends before: the longest remaining path, or all remaining work on all slots.
    package var earliest: Instant
    package var expected: Instant
    /// When jobs are leased as soon as there is a slot, no schedule ends later, if the durations are right: the work on all
    /// slots, and the longest path behind it (Graham).
    package var latest: Instant
}

/// The schedule that follows when each job goes to the fastest free slot, the longest remaining path first. Times are
/// milliseconds from now on a host of speed 1.
struct GreedySchedule {
    /// Jobs by index: what remains of each; nil: it is not to be done any more.
    var remaining: [Int64?]
    /// Longest remaining path from the start of each.
    var paths: [Int64]
    /// Of each, how many of those that it waits for are not available.
    var missing: [Int32]
    /// Slots with the speed of their host, and when they come free.
    var slots: [Slot]
    /// Jobs that run already, each with its slot's place in `slots`; the slot comes free at its end.
    var running: [(job: Int32, slot: Int)]

    struct Slot {
        var speed: Double
        /// Of work that is not this run's.
        var busyUntil: Int64 = 0
    }

    private struct FreeSlot: Comparable {
        var speed: Double
        var slot: Int
        static func < (left: FreeSlot, right: FreeSlot) -> Bool {
            left.speed == right.speed ? left.slot < right.slot : left.speed > right.speed
        }
    }

    private struct Ready: Comparable {
        var path: Int64
        var job: Int32
        static func < (left: Ready, right: Ready) -> Bool {
            left.path == right.path ? left.job < right.job : left.path > right.path
        }
    }

    private struct End: Comparable {
        var at: Int64
        var slot: Int
        var job: Int32?
        static func < (left: End, right: End) -> Bool {
            left.at == right.at ? left.slot < right.slot : left.at < right.at
        }
    }

    /// Milliseconds until all is done.
    mutating func makespan(dependents: (Int32) -> ArraySlice<Int32>) -> Int64 {
        var free = Heap<FreeSlot>()
        var ready = Heap<Ready>()
        var ends = Heap<End>()
        var taken = Set(running.map(\.slot))
        for (job, slot) in running {
            ends.push(End(at: time(job, slot), slot: slot, job: job))
        }
        for slot in slots.indices where !taken.contains(slot) {
            if slots[slot].busyUntil > 0 {
                ends.push(End(at: slots[slot].busyUntil, slot: slot, job: nil))
            } else {
                free.push(FreeSlot(speed: slots[slot].speed, slot: slot))
            }
        }
        taken = []
        let isRunning = Set(running.map(\.job))
        for job in remaining.indices where remaining[job] != nil && missing[job] == 0 && !isRunning.contains(Int32(job))
        {
            ready.push(Ready(path: paths[job], job: Int32(job)))
        }
        var now: Int64 = 0
        var last: Int64 = 0
        while true {
            while free.first != nil, let job = ready.pop(), let slot = free.pop() {
                ends.push(End(at: now + time(job.job, slot.slot), slot: slot.slot, job: job.job))
            }
            guard let end = ends.pop() else { return last }
            now = end.at
            free.push(FreeSlot(speed: slots[end.slot].speed, slot: end.slot))
            guard let job = end.job else { continue }
            last = max(last, now)
            for dependent in dependents(job) where remaining[Int(dependent)] != nil {
                missing[Int(dependent)] -= 1
                if missing[Int(dependent)] == 0 { ready.push(Ready(path: paths[Int(dependent)], job: dependent)) }
            }
        }
    }

    private func time(_ job: Int32, _ slot: Int) -> Int64 {
        Int64(Double(remaining[Int(job)] ?? 0) / slots[slot].speed)
    }
}
