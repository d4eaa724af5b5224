package import Shared

/// What the status screens ask.
extension Scheduler {
    /// Why nothing is leased or published now; nil when all is well.
    package var paused: String? { storageProblem }

    /// The run's jobs by state, without the states that no job is in.
    package func counts(_ run: RunID) -> [JobState: Int] {
        var counts: [JobState: Int] = [:]
        for job in durable.runs[run]?.jobs ?? [] { counts[job.record.state, default: 0] += 1 }
        let ready = progress[run]?.places.count { $0 == .queued } ?? 0
        if ready > 0 {
            counts[.ready] = ready
            counts[.waiting, default: 0] -= ready
        }
        return counts.filter { $0.value > 0 }
    }

    /// `waiting` and `ready` told apart.
    package func state(of id: JobID) -> JobState? {
        guard let state = durable[id]?.record.state else { return nil }
        return state == .waiting && isQueued(id) ? .ready : state
    }

    /// Everything about one job; nil when it is unknown.
    package func status(of id: JobID) -> JobView? {
        guard let job = durable[id], let state = state(of: id) else { return nil }
        let planned = plannedJob(id)
        let last = job.attempts.last
        return JobView(
            id: id, cpv: planned?.cpv, state: state, worker: last?.record.worker,
            phase: last.flatMap { leases[AttemptID(job: id, fence: $0.fence)]?.phase }, started: last?.record.started,
            ended: job.record.ended, expected: planned?.expected?.duration, attempts: job.attempts.count,
            cores: last?.record.cores,
            failure: job.record.failure, reason: job.record.reason, resources: last?.record.resources,
            waitingFor: state == .waiting ? missing(id).prefix(10).compactMap { plannedJob($0)?.cpv } : [],
            waitsBecause: waitsBecause(id))
    }

    /// The one reason for which an unfinished job does not run now; nil when it runs or has ended.
    package func waitsBecause(_ id: JobID) -> String? {
        guard let job = durable[id]?.record else { return nil }
        switch job.state {
        case .publishing: return storageProblem
        case .leased, .published, .cached, .failed, .skipped, .cancelled: return nil
        case .waiting, .ready: break
        }
        if let run = progress[id.run], !id.isResolving {
            if run.missing[Int(id.index)] > 0 {
                let open = missing(id)
                let names = open.prefix(3).map(name(of:)).joined(separator: ", ")
                return "waits for \(open.count): \(names)" + (open.count > 3 ? " and \(open.count - 3) more" : "")
            }
            if run.places[Int(id.index)] == .following, let leader = leader(of: id) {
                return "run \(leader.run) builds the same"
            }
        }
        if let storageProblem { return storageProblem }
        if let notBefore = job.notBefore, notBefore > now {
            return "tries again after \(job.failure?.description ?? "a failure")"
        }
        let connected = workerStates.values.filter(\.connected)
        if connected.isEmpty { return "no worker is connected" }
        let open = connected.filter { !$0.record.drained }
        if open.isEmpty {
            return connected.count == 1 ? "the one worker is drained" : "all \(connected.count) workers are drained"
        }
        return "all \(open.reduce(0) { $0 + $1.slots }) slots are taken"
    }

    /// What it waits for and what is not available yet, in merge order.
    func missing(_ id: JobID) -> [JobID] {
        guard let jobs = durable.runs[id.run]?.jobs, let waitsFor = plannedJob(id)?.waitsFor else { return [] }
        return waitsFor.lazy.filter { !jobs[Int($0)].record.state.isAvailable }.map { JobID(run: id.run, index: $0) }
    }

    /// All workers seen since the start and those that hold leases, by name.
    package func workers() -> [WorkerView] {
        workerStates.sorted { $0.key < $1.key }.map { name, state in
            WorkerView(
                name: name, connected: state.connected, offer: state.offer, lastSeen: state.lastSeen, room: state.room,
                running: state.running, drained: state.record.drained, setAside: nil, speed: nil)
        }
    }

    /// Whether somebody works on this attempt now: bulk data and logs are taken only for such attempts.
    package func isLive(_ attempt: AttemptID, worker: WorkerName) -> Bool { leases[attempt]?.worker == worker }

    /// The time at which the run should end if it had all connected slots: no earlier than its longest remaining path and
    /// its work divided by the slots allow. nil when no slot is there, or when most of what remains was never built.
    package func eta(_ id: RunID, now: Instant) -> Instant? {
        guard let run = durable.runs[id], let plan = run.plan, let progress = progress[id] else { return nil }
        let slots = workerStates.values.reduce(0) { $0 + ($1.connected ? $1.slots : 0) }
        guard slots > 0 else { return nil }
        var unknown = 0
        var work: Int64 = 0
        var remaining = [Int64](repeating: 0, count: run.jobs.count)
        for (position, job) in run.jobs.enumerated() {
            switch job.record.state {
            case .waiting, .ready, .leased: break
            case .publishing, .published, .cached, .failed, .skipped, .cancelled: continue
            }
            if plan.jobs[position].expected == nil { unknown += 1 }
            let expected = plan.jobs[position].expected?.duration ?? policy.defaultDuration
            let elapsed = job.live.map { max(0, now - $0.record.started) } ?? 0
            remaining[position] = max(0, expected - elapsed)
            work += remaining[position]
        }
        guard 2 * unknown <= max(1, progress.unfinished) else { return nil }
        let longest = progress.paths { remaining[$0] }.max() ?? 0
        return now + max(longest, work / Int64(slots))
    }
}

/// One job as people see it.
package struct JobView: Equatable, Sendable {
    package var id: JobID
    /// nil: the run's resolving.
    package var cpv: CPV?
    package var state: JobState
    /// Of the attempt that runs or ran last, as are phase and start.
    package var worker: WorkerName?
    package var phase: Phase?
    package var started: Instant?
    package var ended: Instant?
    /// Milliseconds.
    package var expected: Int64?
    package var attempts: Int
    /// Given to the attempt that runs or ran last.
    package var cores: Int32?
    package var failure: Failure?
    package var reason: String
    package var resources: Resources?
    /// Jobs not yet available, the first ten.
    package var waitingFor: [CPV]
    /// Why it does not run now.
    package var waitsBecause: String?
}

/// One worker as people see it.
package struct WorkerView: Equatable, Sendable {
    package var name: WorkerName
    package var connected: Bool
    package var offer: Offer?
    package var lastSeen: Instant?
    /// As it said last.
    package var room: Room
    package var running: [AttemptID]
    /// A person wants nothing more to be leased to it.
    package var drained: Bool
    /// Why nothing is leased to it for now, and until when.
    package var setAside: String?
    /// Against what is expected of builds from their history: 2 is twice as fast. nil when not known yet.
    package var speed: Double?
}
