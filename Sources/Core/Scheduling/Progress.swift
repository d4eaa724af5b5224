import Shared

/// What the scheduler works out about a run's unfinished plan; never stored, the durable records give it again.
struct Progress: Sendable {
    /// Of each job, how many of its wait set have no package yet.
    private(set) var missing: [Int32]
    /// Where a `waiting` job stands.
    var places: [Place]
    /// Jobs that have not ended.
    private(set) var unfinished: Int
    /// Milliseconds from the start of a job to the end of all that waits for it, when nothing has to wait for a slot.
    let path: [Int64]
    /// Place of each job when the plan is sorted by name.
    let nameRank: [Int32]
    /// Jobs that wait for a job, all behind each other; `dependentStarts[i]..<dependentStarts[i + 1]` are those of job i.
    private let dependentList: [Int32]
    private let dependentStarts: [Int32]

    enum Place: Sendable, Equatable {
        /// Waits for other jobs, or is not `waiting` at all.
        case none
        case queued
        /// Until `notBefore`.
        case delayed
        /// Another run builds the same.
        case following
    }

    /// Of each job, milliseconds that one core would take for it.
    let alone: [Int64]
    /// Of all jobs that have not ended.
    private(set) var work: Int64

    init(plan: Plan, jobs: [Snapshot.Job], policy: Policy) {
        let count = plan.jobs.count
        var starts = [Int32](repeating: 0, count: count + 1)
        for job in plan.jobs { for needed in job.waitsFor { starts[Int(needed) + 1] += 1 } }
        for position in 0..<count { starts[position + 1] += starts[position] }
        var next = starts
        var list = [Int32](repeating: 0, count: Int(starts[count]))
        for job in plan.jobs {
            for needed in job.waitsFor {
                list[Int(next[Int(needed)])] = job.index
                next[Int(needed)] += 1
            }
        }
        dependentStarts = starts
        dependentList = list
        missing = plan.jobs.map { job in
            Int32(job.waitsFor.count { !jobs[Int($0)].record.state.isAvailable })
        }
        unfinished = jobs.count { !$0.record.state.isEnd }
        places = Array(repeating: .none, count: count)
        path = Self.paths(starts: starts, list: list) { position in
            if jobs[position].record.state.isAvailable { return 0 }
            return plan.jobs[position].expected?.duration ?? policy.defaultDuration
        }
        let alone = plan.jobs.map { BuildModel($0.expected, policy).alone }
        work = jobs.indices.reduce(0) { $0 + (jobs[$1].record.state.isEnd ? 0 : alone[$1]) }
        self.alone = alone
        let names = plan.jobs.map(\.cpv.description)
        var rank = [Int32](repeating: 0, count: count)
        for (place, position) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() {
            rank[position] = Int32(place)
        }
        nameRank = rank
    }

    func dependents(of job: Int32) -> ArraySlice<Int32> {
        dependentList[Int(dependentStarts[Int(job)])..<Int(dependentStarts[Int(job) + 1])]
    }

    /// The job has its package: gives the jobs that miss nothing any more.
    mutating func becameAvailable(_ job: Int32) -> [Int32] {
        var free: [Int32] = []
        for dependent in dependents(of: job) {
            missing[Int(dependent)] -= 1
            if missing[Int(dependent)] == 0 { free.append(dependent) }
        }
        return free
    }

    mutating func ended(_ job: Int32) {
        unfinished -= 1
        work -= alone[Int(job)]
    }

    /// The longest path from the start of each job, with what each job takes now; a job stands before its dependents.
    func paths(taking duration: (Int) -> Int64) -> [Int64] {
        Self.paths(starts: dependentStarts, list: dependentList, taking: duration)
    }

    private static func paths(starts: [Int32], list: [Int32], taking duration: (Int) -> Int64) -> [Int64] {
        var paths = [Int64](repeating: 0, count: starts.count - 1)
        for position in paths.indices.reversed() {
            var longest: Int64 = 0
            for place in Int(starts[position])..<Int(starts[position + 1]) {
                longest = max(longest, paths[Int(list[place])])
            }
            paths[position] = longest + duration(position)
        }
        return paths
    }
}

extension Plan {
    /// What is wrong with a plan that no planner would have made, such as one from a damaged database.
    var defect: String? {
        for (position, job) in jobs.enumerated() {
            guard job.index == Int32(position) else { return "job \(position) says that it is job \(job.index)" }
            guard job.waitsFor.allSatisfy({ $0 >= 0 && $0 < job.index }) else {
                return "\(job.cpv) waits for a job that does not stand before it"
            }
            if let expected = job.expected?.duration, !(0...1_000_000_000_000).contains(expected) {
                return "\(job.cpv) is expected to take \(expected) ms"
            }
        }
        return nil
    }
}
