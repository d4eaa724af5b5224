import Core
import Shared

/// What has to end before a job can begin: what it waits for itself, below that what those wait for, and so on. A job
/// that several wait for stands once, as near to the top as it can.
struct WaitTree: Equatable {
    struct Entry: Equatable {
        var job: Int32
        /// 0 is what the job itself waits for.
        var depth: Int32
    }

    /// Each before what it waits for itself.
    private(set) var entries: [Entry] = []
    /// Those that found no room in `entries` are counted too.
    private(set) var total = 0

    init(before job: Int32, in run: Snapshot.Run, atMost limit: Int) {
        guard let plan = run.plan, plan.jobs.indices.contains(Int(job)) else { return }
        func open(_ index: Int32) -> [Int32] {
            plan.jobs[Int(index)].waitsFor.filter { !run.jobs[Int($0)].record.state.isAvailable }
        }
        // A wait set holds most of what its members wait for; only what none of them waits for is new.
        func children(_ index: Int32) -> [Int32] {
            var covered: Set<Int32> = []
            var found: [Int32] = []
            for needed in open(index).sorted(by: >) where !covered.contains(needed) {
                found.append(needed)
                covered.formUnion(plan.jobs[Int(needed)].waitsFor)
            }
            return found.reversed()
        }
        var below: [Int32: [Int32]] = [:]
        var seen: Set<Int32> = []
        var queue = [job]
        var next = 0
        while next < queue.count, seen.count < limit {
            let index = queue[next]
            next += 1
            for child in children(index) where seen.count < limit && seen.insert(child).inserted {
                below[index, default: []].append(child)
                queue.append(child)
            }
        }
        var stack = (below[job] ?? []).reversed().map { Entry(job: $0, depth: 0) }
        while let entry = stack.popLast() {
            entries.append(entry)
            stack += (below[entry.job] ?? []).reversed().map { Entry(job: $0, depth: entry.depth + 1) }
        }
        var all: Set<Int32> = []
        var rest = open(job)
        while let index = rest.popLast() {
            if all.insert(index).inserted { rest += open(index) }
        }
        total = all.count
    }
}
