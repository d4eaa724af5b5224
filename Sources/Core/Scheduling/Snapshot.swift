package import Shared

/// All that the core keeps over a restart: the sum of its changes.
package struct Snapshot: Equatable, Sendable {
    package var lastFence = Fence(rawValue: 0)
    package var runs: [RunID: Run] = [:]
    /// The largest given out, by farm and package.
    package var buildIDs: [FarmPackage: Int32] = [:]
    /// Those of which something is to be remembered.
    package var workers: [WorkerName: WorkerRecord] = [:]

    /// Runs kept in memory after their end, the newest; older ones are in the database only.
    package static let keptEndedRuns = 20

    package init() {}

    package struct Run: Equatable, Sendable {
        package var record: RunRecord
        package var plan: Plan?
        package var resolving = Job()
        /// As the plan's jobs; empty until there is one.
        package var jobs: [Job] = []

        package init(record: RunRecord, plan: Plan? = nil) {
            self.record = record
            self.plan = plan
        }
    }

    package struct Job: Equatable, Sendable {
        package var record = JobRecord()
        /// By fence, ascending.
        package var attempts: [Attempt] = []

        package init(record: JobRecord = JobRecord()) { self.record = record }
    }

    package struct Attempt: Equatable, Sendable {
        package var fence: Fence
        package var record: AttemptRecord
    }

    package struct FarmPackage: Hashable, Sendable {
        package var farm: String
        package var cpv: CPV

        package init(farm: String, cpv: CPV) {
            self.farm = farm
            self.cpv = cpv
        }

        /// Names differ where packages do, but for a few; asked for with every lease.
        package func hash(into hasher: inout Hasher) {
            hasher.combine(cpv.name)
            hasher.combine(cpv.version)
        }
    }

    package mutating func apply(_ change: Change) {
        switch change {
        case .run(let id, let record):
            runs[id, default: Run(record: record)].record = record
            if record.state.isEnd { dropOldRuns() }
        case .plan(let id, let plan, let now):
            runs[id]?.plan = plan
            runs[id]?.jobs = plan.initialRecords(at: now).map { Job(record: $0) }
        case .job(let id, let record):
            update(id) { $0.record = record }
        case .attempt(let id, let record):
            lastFence = max(lastFence, id.fence)
            update(id.job) { $0.set(id.fence, record) }
            if record.isLive, record.buildID > 0, let run = runs[id.job.run], let plan = run.plan,
                plan.jobs.indices.contains(Int(id.job.index))
            {
                take(record.buildID, farm: run.record.request.farm, plan.jobs[Int(id.job.index)].cpv)
            }
        case .buildID(let farm, let cpv, let number): take(number, farm: farm, cpv)
        case .worker(let name, let record):
            workers[name] = record
        case .package: break
        }
    }

    /// nil when the run or the job does not exist.
    package subscript(id: JobID) -> Job? {
        guard let run = runs[id.run] else { return nil }
        if id.isResolving { return run.resolving }
        return run.jobs.indices.contains(Int(id.index)) ? run.jobs[Int(id.index)] : nil
    }

    /// Does nothing when the run or the job does not exist.
    private mutating func update(_ id: JobID, _ change: (inout Job) -> Void) {
        guard let run = runs.index(forKey: id.run) else { return }
        if id.isResolving {
            change(&runs.values[run].resolving)
        } else if runs.values[run].jobs.indices.contains(Int(id.index)) {
            change(&runs.values[run].jobs[Int(id.index)])
        }
    }

    private mutating func take(_ buildID: Int32, farm: String, _ cpv: CPV) {
        func raise(_ taken: inout Int32) { taken = max(taken, buildID) }
        raise(&buildIDs[FarmPackage(farm: farm, cpv: cpv), default: 0])
    }

    private mutating func dropOldRuns() {
        let ended = runs.filter { $0.value.record.state.isEnd }.keys.sorted(by: >)
        for id in ended.dropFirst(Self.keptEndedRuns) { runs[id] = nil }
    }
}

extension Snapshot.Job {
    package mutating func set(_ fence: Fence, _ record: AttemptRecord) {
        if let position = attempts.lastIndex(where: { $0.fence == fence }) {
            attempts[position].record = record
        } else {
            attempts.append(Snapshot.Attempt(fence: fence, record: record))
        }
    }
}
