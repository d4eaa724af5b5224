package import Shared

extension Scheduler {
    /// More unfinished jobs than that are not scheduled in advance: the time of the end is the earliest possible then.
    static let jobsScheduledAhead = 2000

    /// When the run should end, if it goes on as it does, and what decides it; nil for a run that does not build.
    package func outlook(_ id: RunID, now: Instant) -> Outlook? {
        guard let progress = progress[id], let (remaining, unknown) = self.remaining(of: id, now: now) else {
            return nil
        }
        let paths = progress.paths { remaining[$0] ?? 0 }
        let isKnown = 2 * unknown <= max(1, progress.unfinished)
        return Outlook(
            estimate: isKnown ? estimate(id, remaining, paths, now) : nil,
            decidingPath: decidingPath(of: id, remaining, paths))
    }

    /// - Parameters:
    ///   - remaining: milliseconds that each job should still take; nil for what has ended.
    ///   - paths: to the end of the run, from the start of each.
    private func estimate(_ id: RunID, _ remaining: [Int64?], _ paths: [Int64], _ now: Instant) -> Estimate? {
        guard let run = durable.runs[id], let progress = progress[id], fleet.slots > 0 else { return nil }
        let work = remaining.reduce(0) { $0 + ($1 ?? 0) }
        let power = workerStates.values.lazy.filter { $0.isUsable(self.now) }
            .reduce(0) { $0 + Double($1.slots) * $1.speed.factor }
        let fastest = workerStates.values.lazy.filter { $0.isUsable(self.now) }.map(\.speed.factor).max() ?? 1
        let slowest = workerStates.values.lazy.filter { $0.isUsable(self.now) }.map(\.speed.factor).min() ?? 1
        let longest = Double(paths.max() ?? 0)
        let share = Double(work) / power
        let earliest = now + Int64(max(longest / fastest, share))
        let latest = now + Int64(longest / slowest + share)
        guard progress.unfinished <= Self.jobsScheduledAhead else {
            return Estimate(earliest: earliest, expected: earliest, latest: latest)
        }
        let makespan = greedy(id, run, remaining, paths, now)
        return Estimate(
            earliest: min(earliest, now + makespan), expected: now + makespan, latest: max(latest, now + makespan))
    }

    /// Jobs that decide when the run ends: the longest way through what remains. Each waits for the one before it.
    private func decidingPath(of id: RunID, _ remaining: [Int64?], _ paths: [Int64]) -> [JobID] {
        guard let progress = progress[id] else { return [] }
        var path: [JobID] = []
        var next = paths.indices.lazy.filter { remaining[$0] != nil }.max { paths[$0] < paths[$1] }
        while let position = next {
            path.append(JobID(run: id, index: Int32(position)))
            next = progress.dependents(of: Int32(position)).lazy.map { Int($0) }.filter { remaining[$0] != nil }
                .max { paths[$0] < paths[$1] }
        }
        return path
    }

    /// Milliseconds that each job of the run should still take, nil for what has ended, and how many of them were never
    /// built. nil for a run that does not build.
    private func remaining(of id: RunID, now: Instant) -> (times: [Int64?], unknown: Int)? {
        guard let run = durable.runs[id], let plan = run.plan, progress[id] != nil else { return nil }
        let cores = Int32(clamping: max(1, fleet.cores / max(1, fleet.slots)))
        var unknown = 0
        var times = [Int64?](repeating: nil, count: run.jobs.count)
        for (position, job) in run.jobs.enumerated() where !job.record.state.isEnd {
            if plan.jobs[position].expected == nil { unknown += 1 }
            var rest = BuildModel(plan.jobs[position].expected, policy).time(cores: job.live?.record.cores ?? cores)
            if let live = job.live?.record, let worker = workerStates[live.worker] {
                rest = max(0, rest - Int64(Double(max(0, now - live.started)) * worker.speed.factor))
            }
            times[position] = job.record.state == .publishing ? 0 : rest
        }
        return (times, unknown)
    }

    private func greedy(
        _ id: RunID, _ run: Snapshot.Run, _ remaining: [Int64?], _ paths: [Int64], _ now: Instant
    ) -> Int64 {
        var slots: [GreedySchedule.Slot] = []
        var running: [(job: Int32, slot: Int)] = []
        for (_, worker) in workerStates.sorted(by: { $0.key < $1.key })
        where worker.isUsable(self.now) || !worker.running.isEmpty {
            let first = slots.count
            let building = worker.running.filter { leases[$0]?.hasGivenSlotBack != true }
            let count = worker.isUsable(self.now) ? max(worker.slots, building.count) : building.count
            slots += Array(repeating: GreedySchedule.Slot(speed: worker.speed.factor), count: count)
            for (place, attempt) in building.enumerated() {
                if attempt.job.run == id, !attempt.job.isResolving {
                    running.append((attempt.job.index, first + place))
                } else {
                    slots[first + place].busyUntil = max(1, rest(of: attempt, at: worker, now))
                }
            }
        }
        let missing = run.jobs.indices.map { progress[id]?.missing[$0] ?? 0 }
        var schedule = GreedySchedule(
            remaining: remaining, paths: paths, missing: missing, slots: slots, running: running)
        // What is only tried or published yet has no slot, and is done now.
        for index in run.jobs.indices {
            let attempt = liveAttempt(of: JobID(run: id, index: Int32(index)))
            let isTried = attempt.flatMap { leases[$0] }?.hasGivenSlotBack == true
            guard isTried || run.jobs[index].record.state == .publishing else { continue }
            schedule.remaining[index] = nil
            for dependent in progress[id]?.dependents(of: Int32(index)) ?? [] { schedule.missing[Int(dependent)] -= 1 }
        }
        return schedule.makespan { progress[id]?.dependents(of: $0) ?? [] }
    }

    /// Milliseconds that the attempt should still take; one that takes longer than expected will for a while.
    func rest(of attempt: AttemptID, at worker: WorkerState, _ now: Instant) -> Int64 {
        guard let record = attemptRecord(attempt) else { return 0 }
        let time = worker.speed.scale(BuildModel(plannedJob(attempt.job)?.expected, policy).time(cores: record.cores))
        return max(time / 10, time - (now - record.started))
    }
}
