import Core
import Shared

/// What farmctl's screens show.
extension Dispatcher {
    private static let largestPage: Int32 = 1000

    func status(_ request: WireStatusRequest) -> WireStatusAnswer {
        status(runs: request.recentRuns > 0 ? Int(min(request.recentRuns, 100)) : 5)
    }

    /// Why nothing is published now; nil when all is well.
    var paused: String? { storeFault ?? scheduler.paused }

    /// - Parameter shown: so many runs, the newest.
    func status(runs shown: Int) -> WireStatusAnswer {
        var answer = WireStatusAnswer()
        let now = clock.now()
        answer.nowMs = now.milliseconds
        answer.version = BinfarmVersion.text
        answer.farms = farms.values.sorted { $0.configuration.name < $1.configuration.name }.map(view)
        answer.runs = scheduler.durable.runs.keys.sorted(by: >).prefix(shown).compactMap {
            view($0, scheduler, now: now)
        }
        answer.workers = scheduler.workers().map(view)
        answer.refusedPeers = services.refusedPeers.total
        answer.paused = paused ?? ""
        answer.http = services.http
        return answer
    }

    func jobs(_ request: WireJobsRequest, _ scheduler: Scheduler) throws -> WireJobsAnswer {
        let (id, run) = try run(request.run, scheduler)
        let filter = try JobFilter(request.packages, request.states)
        let resolving = [JobID.resolving(id)].filter { job in
            filter.packages.isEmpty && scheduler.state(of: job).map(filter.accepts) == true
        }
        let all = resolving + (try filter.jobs(of: id, run)).map { JobID(run: id, index: $0) }
        let (offset, limit) = Self.page(request.offset, request.limit)
        var answer = WireJobsAnswer()
        answer.run = id.rawValue
        answer.jobs = all.dropFirst(offset).prefix(limit).compactMap { view($0, scheduler) }
        answer.total = Int32(all.count)
        answer.nowMs = clock.now().milliseconds
        answer.lastEvent = happenings.last
        return answer
    }

    func plan(_ request: WirePlanRequest, _ scheduler: Scheduler) throws -> WirePlanAnswer {
        let (id, run) = try run(request.run, scheduler)
        guard let plan = run.plan else {
            throw Refusal(
                .unavailable, "run \(id) has no plan: it is \(run.record.state.rawValue)",
                "farmctl status tells how its resolving stands")
        }
        let (offset, limit) = Self.page(request.offset, request.limit)
        var answer = WirePlanAnswer()
        answer.run = id.rawValue
        answer.farm = run.record.request.farm
        answer.total = Int32(plan.jobs.count)
        answer.nodes = plan.jobs.dropFirst(offset).prefix(limit).map { job in
            var node = WirePlanNode()
            node.job = job.index
            node.cpv = job.cpv.description
            node.slot = job.slot
            node.repository = job.repository
            node.use = job.use
            node.waitsFor = job.waitsFor
            node.runtime = job.runtime
            node.baseEdges = job.baseEdges.map(\.description)
            let state = scheduler.state(of: JobID(run: id, index: job.index))
            node.state = state?.wire ?? .unspecified
            // What became cached after it was planned says by what.
            node.reason = state == .cached ? run.jobs[Int(job.index)].record.reason : job.reason
            node.buildKey = job.buildKey.hex
            node.secondPass = job.replaces != nil
            node.pack = job.packs
            if let expected = job.expected {
                node.expectedMs = expected.duration
                node.expectedCpuMs = expected.cpu
                node.expectedCores = expected.cores
                node.expectedMemory = expected.memory
            }
            return node
        }
        return answer
    }

    private static func page(_ offset: Int32, _ limit: Int32) -> (offset: Int, limit: Int) {
        (Int(max(0, offset)), Int(limit > 0 ? min(limit, largestPage) : largestPage))
    }

    private func view(_ farm: Farm) -> WireFarmStatus {
        var status = WireFarmStatus()
        status.name = farm.configuration.name
        status.epoch = farm.image?.digest.hex ?? ""
        status.packages = holdings[farm.configuration.name]?.packages ?? 0
        status.bytes = holdings[farm.configuration.name]?.bytes ?? 0
        status.url = "/\(farm.configuration.name)"
        status.held = holdState(of: farm.configuration.name)?.line(farm: farm.configuration.name) ?? ""
        return status
    }

    func view(_ id: RunID, _ scheduler: Scheduler, now: Instant) -> WireRunStatus? {
        guard let run = scheduler.durable.runs[id] else { return nil }
        var status = WireRunStatus()
        status.run = id.rawValue
        status.farm = run.record.request.farm
        status.targets = run.record.request.targets
        // What makes an image resolves nothing.
        let makesImage = run.record.request.recipe != nil && run.record.state == .resolving
        status.state = makesImage ? .runBuilding : run.record.state.wire
        status.submittedMs = run.record.submitted.milliseconds
        status.endedMs = run.record.ended?.milliseconds ?? 0
        for (state, count) in scheduler.counts(id) { status.jobs[state.rawValue] = Int32(count) }
        status.etaMs = outlook(of: id, now: now)?.estimate?.expected.milliseconds ?? 0
        status.submittedBy = run.record.request.submittedBy
        if let failure = run.record.failure { status.failure = failure.wire }
        if let failure = resolveFailures[id] { status.resolveError = failure.wire }
        status.failed = run.jobs.indices.lazy
            .filter { run.jobs[$0].record.state == .failed }
            .prefix(20)
            .compactMap { view(JobID(run: id, index: Int32($0)), scheduler) }
        return status
    }

    /// Not older than a second; nil for a run that does not build.
    func outlook(of id: RunID, now: Instant) -> Outlook? {
        guard scheduler.durable.runs[id]?.record.state == .building else { return nil }
        if let known = outlooks[id], now - known.at < 1000 { return known.outlook }
        let outlook = scheduler.outlook(id, now: now)
        outlooks = outlooks.filter { now - $0.value.at < 1000 }
        outlooks[id] = (now, outlook)
        return outlook
    }

    private func view(_ worker: WorkerView) -> WireWorkerStatus {
        var status = WireWorkerStatus()
        status.name = worker.name.rawValue
        status.connected = worker.connected
        status.lastSeenMs = worker.lastSeen?.milliseconds ?? 0
        status.diskFree = routes[worker.name]?.diskFree ?? 0
        status.memoryFree = worker.room.memory ?? 0
        if let load = routes[worker.name]?.load { status.load = load }
        status.draining = worker.drained
        status.setAside = worker.setAside ?? ""
        status.speed = worker.speed ?? 0
        if let offer = worker.offer {
            status.hostname = offer.hostname
            status.version = offer.version
            status.engine = offer.engine
            status.slots = offer.slots
            status.cores = offer.cores
            status.memory = offer.memory
        }
        status.running = worker.running.compactMap { view($0.job, scheduler) }
        return status
    }

    func view(_ job: JobID, _ scheduler: Scheduler) -> WireJobStatus? {
        var status = scheduler.status(of: job)?.wire
        if job.isResolving, let note = takeovers.notes[job.run] { status?.waitsBecause = note }
        if job.isResolving { status?.cpv = scheduler.title(of: job) }
        if let usage = usage(of: job, scheduler) { status?.usage = usage.wire }
        return status
    }

    /// nil while nothing runs for it, and while its worker has told nothing of that.
    private func usage(of job: JobID, _ scheduler: Scheduler) -> Usage? {
        guard let attempt = scheduler.durable[job]?.attempts.last, attempt.record.isLive else { return nil }
        return routes[attempt.record.worker]?.usage[AttemptID(job: job, fence: attempt.fence)]
    }
}

extension JobView {
    fileprivate var wire: WireJobStatus {
        var status = WireJobStatus()
        status.run = id.run.rawValue
        status.job = id.index
        status.cpv = cpv?.description ?? "resolve"
        status.state = state.wire
        status.worker = worker?.rawValue ?? ""
        status.phase = phase?.wire ?? .unspecified
        status.startedMs = started?.milliseconds ?? 0
        status.endedMs = ended?.milliseconds ?? 0
        status.expectedMs = expected ?? 0
        status.attempts = Int32(attempts)
        status.cores = cores ?? 0
        if let failure { status.failure = failure.wire }
        status.reason = reason
        status.waitsBecause = waitsBecause ?? ""
        if let resources { status.resources = resources.wire }
        status.waitingFor = waitingFor.map(\.description)
        return status
    }
}
