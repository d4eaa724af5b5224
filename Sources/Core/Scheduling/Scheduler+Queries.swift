package import Shared

/// What the status screens ask.
extension Scheduler {
    /// Why nothing is leased or published now; nil when all is well.
    package var paused: String? {
        storageProblem ?? farmProblems.min { $0.key < $1.key }.map { "farm \($0.key): \($0.value)" }
    }

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

    /// What it waits for and what is not available yet, in merge order.
    func missing(_ id: JobID) -> [JobID] {
        guard let jobs = durable.runs[id.run]?.jobs, let waitsFor = plannedJob(id)?.waitsFor else { return [] }
        return waitsFor.lazy.filter { !jobs[Int($0)].record.state.isAvailable }.map { JobID(run: id.run, index: $0) }
    }

    /// What a worker needs to bring the root of the job's build about; nil while packages that it waits for are not there.
    package func buildTask(of id: JobID) -> BuildTask? {
        guard let run = durable.runs[id.run]?.record, let job = plannedJob(id), missing(id).isEmpty else { return nil }
        let last = durable[id]?.attempts.last?.record
        return BuildTask(
            cpv: job.cpv, slot: job.slot, repository: job.repository, buildID: max(1, last?.buildID ?? 1),
            use: job.use, iuse: job.iuse, jobs: max(1, last?.cores ?? 1),
            dependencies: dependencies(of: job, in: id.run), distfiles: job.distfiles,
            limits: run.request.buildLimits, format: run.request.format)
    }

    /// All workers seen since the start and those that hold leases, by name.
    package func workers() -> [WorkerView] {
        workerStates.sorted { $0.key < $1.key }.map { name, state in
            WorkerView(
                name: name, connected: state.connected, offer: state.offer, lastSeen: state.lastSeen, room: state.room,
                running: state.running, drained: state.record.drained, setAside: aside(state),
                speed: state.speed.isKnown ? state.speed.factor : nil)
        }
    }
}

extension Scheduler {
    private func aside(_ worker: WorkerState) -> String? {
        guard let aside = worker.record.conduct.aside else { return nil }
        let left = aside.until - now
        return aside.reason + (left > 0 ? "; probed in \(left.inWords)" : "; probed with one job")
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
