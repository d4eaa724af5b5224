import Core
import Shared

/// Something that happened in the farm, as people and programs are told of it.
struct Happening: Sendable {
    enum Event: Sendable {
        case runSubmitted(RunID)
        case runPlanned(RunID)
        case runEnded(RunID, RunState)
        /// An attempt was given to the worker.
        case jobStarted(AttemptID, on: WorkerName)
        case jobPhase(AttemptID, Phase, on: WorkerName)
        /// The job is no more tried.
        case jobEnded(JobID, JobState, Failure?)
        /// An attempt brought nothing; whether the job is tried again its own end tells.
        case attemptEnded(AttemptID, on: WorkerName, String)
        case workerConnected(WorkerName)
        case workerLost(WorkerName)
        case workerLeft(WorkerName)
        /// What the farm gives it to do: drained, set aside, or neither any more.
        case workerChanged(WorkerName, String)
    }

    /// Only grows, over restarts too.
    let number: UInt64
    let time: Instant
    let event: Event
}

extension Happening.Event {
    /// As `FarmEvent.kind` has it.
    var kind: String {
        switch self {
        case .runSubmitted: "run-submitted"
        case .runPlanned: "run-planned"
        case .runEnded: "run-ended"
        case .jobStarted: "job-started"
        case .jobPhase: "job-phase"
        case .jobEnded: "job-ended"
        case .attemptEnded: "attempt-ended"
        case .workerConnected: "worker-connected"
        case .workerLost: "worker-lost"
        case .workerLeft, .workerChanged: "worker-changed"
        }
    }

    /// Whether somebody may want to be notified of it.
    var isNotified: Bool {
        switch self {
        case .runEnded, .workerLost: true
        default: false
        }
    }

    /// What a committed change means; nil when nobody needs to be told, or it is told by another change.
    init?(_ change: Change, known: inout KnownStates) {
        switch change {
        case .run(let id, let record):
            guard known.runs.updateValue(record.state, forKey: id) != record.state else { return nil }
            switch record.state {
            case .resolving: self = .runSubmitted(id)
            case .building: self = .runPlanned(id)
            case .succeeded, .failed, .cancelled:
                known.runs[id] = nil
                self = .runEnded(id, record.state)
            }
        case .attempt(let id, let record):
            switch record.end {
            case nil: self = .jobStarted(id, on: record.worker)
            case .failed(let failure): self = .attemptEnded(id, on: record.worker, "\(failure)")
            case .lost(let reason): self = .attemptEnded(id, on: record.worker, "lost: \(reason)")
            case .released(let reason): self = .attemptEnded(id, on: record.worker, "given back: \(reason)")
            case .finished, .cancelled: return nil
            }
        case .job(let id, let record) where record.state.isEnd && !id.isResolving:
            self = .jobEnded(id, record.state, record.failure)
        case .worker(let name, let record):
            let before = known.workers.updateValue(record, forKey: name)
            guard let text = Self.text(from: before, to: record) else { return nil }
            self = .workerChanged(name, text)
        case .job, .plan, .buildID, .package: return nil
        }
    }

    private static func text(from before: WorkerRecord?, to record: WorkerRecord) -> String? {
        if (before?.drained ?? false) != record.drained {
            return record.drained ? "is drained: nothing more is leased to it" : "is no longer drained"
        }
        let aside = record.conduct.aside
        guard before?.conduct.aside?.reason != aside?.reason else { return nil }
        return aside.map { "is set aside: \($0.reason)" } ?? "is no longer set aside"
    }
}

/// What was told last, so that only changes are told.
struct KnownStates: Sendable {
    /// Of runs under way.
    var runs: [RunID: RunState] = [:]
    var workers: [WorkerName: WorkerRecord] = [:]

    init() {}

    init(_ snapshot: Snapshot) {
        runs = snapshot.runs.mapValues(\.record.state).filter { !$0.value.isEnd }
        workers = snapshot.workers
    }
}
