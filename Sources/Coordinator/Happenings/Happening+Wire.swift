import Core
import Shared

extension Happening {
    /// For people and programs, with what the scheduler knows of it now.
    func wire(_ scheduler: Scheduler) -> WireFarmEvent {
        var wire = WireFarmEvent()
        wire.number = number
        wire.timeMs = time.milliseconds
        wire.kind = event.kind
        switch event {
        case .runSubmitted(let id):
            wire.describe(id, scheduler)
            let request = scheduler.durable.runs[id]?.record.request
            wire.state = RunState.resolving.rawValue
            wire.text =
                "run \(id) of \(wire.farm) submitted by \(request?.submittedBy ?? "somebody"): "
                + (request?.targets.joined(separator: " ") ?? "").oneLine(atMost: 200)
        case .runPlanned(let id):
            wire.describe(id, scheduler)
            wire.state = RunState.building.rawValue
            let jobs = scheduler.durable.runs[id]?.plan?.jobs ?? []
            let cached = jobs.count { $0.cached != nil }
            wire.text = "run \(id) is planned: \(jobs.count - cached) to build, \(cached) cached"
        case .runEnded(let id, let state):
            wire.describe(id, scheduler)
            wire.state = state.rawValue
            let failure = scheduler.durable.runs[id]?.record.failure
            if let failure { wire.failure = failure.wire }
            wire.text = "run \(id) \(state.rawValue): \(failure.map(\.description) ?? Self.counts(of: id, scheduler))"
        case .jobStarted(let attempt, let worker):
            wire.describe(attempt.job, scheduler)
            wire.worker = worker.rawValue
            wire.state = JobState.leased.rawValue
            wire.text = "\(wire.cpv) begins on \(worker)"
        case .jobPhase(let attempt, let phase, let worker):
            wire.describe(attempt.job, scheduler)
            wire.worker = worker.rawValue
            wire.state = JobState.leased.rawValue
            wire.phase = phase.rawValue
            wire.text = "\(wire.cpv) on \(worker): \(phase.rawValue)"
        case .jobEnded(let id, let state, let failure):
            wire.describe(id, scheduler)
            wire.state = state.rawValue
            let job = scheduler.durable[id]
            wire.worker = job?.attempts.last?.record.worker.rawValue ?? ""
            if let failure { wire.failure = failure.wire }
            wire.text = Self.text(of: wire.cpv, state, failure, reason: job?.record.reason ?? "")
        case .attemptEnded(let attempt, let worker, let reason):
            wire.describe(attempt.job, scheduler)
            wire.worker = worker.rawValue
            wire.state = JobState.waiting.rawValue
            wire.text = "\(wire.cpv) on \(worker): \(reason.oneLine(atMost: 500))"
        case .workerConnected(let worker):
            wire.worker = worker.rawValue
            wire.text = "worker \(worker) is connected"
        case .workerLost(let worker):
            wire.worker = worker.rawValue
            wire.text = "worker \(worker) is lost: nothing is heard of it"
        case .workerLeft(let worker):
            wire.worker = worker.rawValue
            wire.text = "worker \(worker) was stopped"
        case .workerChanged(let worker, let text):
            wire.worker = worker.rawValue
            wire.text = "worker \(worker) \(text.oneLine(atMost: 500))"
        }
        return wire
    }

    /// `12 published, 3 cached, 1 failed`
    private static func counts(of id: RunID, _ scheduler: Scheduler) -> String {
        let counts = scheduler.counts(id)
        return JobState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
            .joined(separator: ", ")
    }

    private static func text(of cpv: String, _ state: JobState, _ failure: Failure?, reason: String) -> String {
        switch state {
        case .failed: "\(cpv) failed: \(failure?.description ?? "nobody knows why")"
        // Their reasons say so.
        case .cached, .skipped: "\(cpv) \(reason)"
        default: "\(cpv) \(state.rawValue)"
        }
    }
}

extension WireFarmEvent {
    fileprivate mutating func describe(_ id: RunID, _ scheduler: Scheduler) {
        run = id.rawValue
        farm = scheduler.durable.runs[id]?.record.request.farm ?? ""
    }

    fileprivate mutating func describe(_ id: JobID, _ scheduler: Scheduler) {
        describe(id.run, scheduler)
        job = id.index
        cpv = scheduler.title(of: id)
    }
}
