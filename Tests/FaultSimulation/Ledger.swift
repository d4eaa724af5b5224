import Core
import Shared

/// DESIGN.md's invariants, kept by a second set of books: it sees only events and effects, at each of them, and knows
/// nothing of how the scheduler works.
struct Ledger {
    private(set) var problems: [String] = []
    /// What came up.
    var counts: [String: Int] = [:]
    var runs: [RunID: Book] = [:]
    var workers: [WorkerName: WorkerBook] = [:]
    private var lastFence = Fence(rawValue: 0)
    private(set) var now = Instant(milliseconds: 0)
    let scenario: Scenario
    /// There is no room for packages at all, or of these farms.
    private(set) var isFull = false
    private(set) var fullFarms: Set<String> = []

    struct Book {
        var state: RunState
        var farm: String
        var resolving = JobBook()
        var plan = Plan(jobs: [])
        var jobs: [JobBook] = []
        /// Of each job that is built again, the job that does it.
        var again: [Int32: Int32] = [:]

        init(_ record: RunRecord, plan: Plan? = nil) {
            state = record.state
            farm = record.request.farm
            if let plan { take(plan) }
        }

        mutating func take(_ plan: Plan) {
            self.plan = plan
            for job in plan.jobs { if let first = job.replaces { again[first] = job.index } }
        }
    }

    struct JobBook {
        var state: JobState = .waiting
        var live: Fence?
        var worker: WorkerName?
        var deadline = Instant(milliseconds: 0)
        var result: PublishedRecord?
        var notBefore: Instant?
        /// Attempts failed there.
        var failedAt: Set<WorkerName> = []
        /// It asked for more room than expected.
        var ranOut = false
    }

    struct WorkerBook {
        var slots = 0
        var memory: Int64 = 0
        /// Bytes free, as it said last.
        var disk: Int64?
        var isHere = false
        var isDrained = false
        var asideUntil: Instant?
        var lastHeard: Instant?
        /// By fence, ascending.
        var live: [AttemptID] = []
        /// Of these, those that are said to be tried.
        var tried: Set<AttemptID> = []
        /// Of these again, those whose slots are another's already: as many as it has slots.
        var trying: Set<AttemptID> = []

        mutating func giveSlotsBack() {
            for id in live where tried.contains(id) && trying.count < slots { trying.insert(id) }
        }
        /// Until something ends there: how much of it was used is not known.
        var told: Told?

        struct Told {
            /// Bytes free.
            var memory: Int64
            /// Known needs of what it did not have then.
            var since: Int64
        }
    }

    init(_ scenario: Scenario) { self.scenario = scenario }

    private var policy: Policy { scenario.policy }

    /// The coordinator was started with what is stored.
    mutating func restart(_ stored: Snapshot, now: Instant) {
        self.now = now
        runs = [:]
        workers = [:]
        isFull = false
        fullFarms = []
        lastFence = stored.lastFence
        for (name, record) in stored.workers { note(name, record) }
        for (id, run) in stored.runs {
            var book = Book(run.record, plan: run.plan)
            book.resolving = restored(run.resolving, .resolving(id))
            book.jobs = run.jobs.enumerated().map { restored($1, JobID(run: id, index: Int32($0))) }
            runs[id] = book
        }
        for name in workers.keys { workers[name]?.live.sort { $0.fence < $1.fence } }
    }

    private mutating func restored(_ job: Snapshot.Job, _ id: JobID) -> JobBook {
        var book = JobBook(state: job.record.state, result: job.record.result, notBefore: job.record.notBefore)
        for attempt in job.attempts { book.ended(attempt.record) }
        if let attempt = job.attempts.last, attempt.record.isLive {
            book.live = attempt.fence
            book.worker = attempt.record.worker
            book.deadline = now + max(policy.lease, policy.restoredLease)
            workers[attempt.record.worker, default: WorkerBook()].live.append(AttemptID(job: id, fence: attempt.fence))
        }
        return book
    }

    private mutating func note(_ name: WorkerName, _ record: WorkerRecord) {
        workers[name, default: WorkerBook()].isDrained = record.drained
        workers[name]?.asideUntil = record.conduct.aside?.until
    }

    mutating func complain(_ text: String) { problems.append(text) }

    /// One event and all that followed from it.
    mutating func check(
        _ event: Event, _ effects: [Effect], now shellNow: Instant, _ scheduler: Scheduler, _ binhost: FakeBinhost
    ) {
        now = max(now, shellNow)
        let expectedAdopted = before(event)
        for effect in effects {
            switch effect {
            case .persist(let change): check(change, event, binhost)
            case .assign(let worker, let assignment): checkAssigned(worker, assignment)
            case .settle(let worker, let attempt, let accepted, _): checkSettled(worker, attempt, accepted, scheduler)
            case .welcome(_, let adopted):
                if let expectedAdopted, adopted.sorted(by: { $0.fence < $1.fence }) != expectedAdopted {
                    complain("adopted \(adopted), and should have \(expectedAdopted)")
                }
            case .publish(let publication):
                if self[publication.attempt.job]?.state != .publishing {
                    complain("\(publication.attempt) is to be published, its job is not")
                }
                if hasNoRoom(publication.farm) { complain("\(publication.attempt) is published where no room is") }
            case .plan(let attempt, _, _):
                if self[attempt.job]?.state != .publishing { complain("\(attempt) is planned twice") }
            case .withdraw(let farm, let paths): checkWithdrawn(paths, farm, binhost)
            case .revoke, .probeStorage, .wake, .note: break
            }
        }
        for case .revoke(let worker, let attempt, _) in effects
        where self[attempt.job]?.live == attempt.fence && self[attempt.job]?.worker == worker {
            complain("\(attempt) is revoked while its lease is live")
        }
        if case .workerConnected(let name, _, _) = event, expectedAdopted != nil,
            !effects.contains(where: { if case .welcome(name, _) = $0 { true } else { false } })
        {
            complain("the Hello of \(name) is not answered")
        }
    }

    /// What the event itself says about workers; the attempts to be adopted when it is a Hello.
    private mutating func before(_ event: Event) -> [AttemptID]? {
        switch event {
        case .workerConnected(let name, let offer, let held):
            workers[name, default: WorkerBook()].slots = Int(offer.slots)
            workers[name]?.memory = offer.memory
            if let disk = offer.disk { workers[name]?.disk = disk }
            workers[name]?.told = nil
            workers[name]?.isHere = true
            workers[name]?.lastHeard = now
            let live = workers[name]?.live ?? []
            // What has finished is never given up; what is being built is, where slots are missing.
            let finished = Set(held.filter(\.finished).map(\.attempt))
            let tried = Set(held.lazy.filter { $0.phase == .trial }.map(\.attempt))
            let building = Set(held.map(\.attempt)).subtracting(finished).subtracting(tried)
            let kept = Set(live.filter(building.contains).prefix(Int(offer.slots)))
            let adopted = live.filter { kept.contains($0) || finished.contains($0) || tried.contains($0) }
            for id in adopted { extend(id) }
            noteTrials(held, at: name)
            return adopted
        case .workerDisconnected(let name), .workerLeft(let name): workers[name]?.isHere = false
        case .attemptFinished(let name, _, _, _): workers[name]?.lastHeard = now
        case .storageFull(_, let farm): if let farm { fullFarms.insert(farm) } else { isFull = true }
        case .storageAvailable:
            isFull = false
            fullFarms = []
        case .storagePartlyAvailable(let full):
            isFull = false
            fullFarms = Set(full.keys)
        case .renewed(let name, let held, let room):
            workers[name]?.lastHeard = now
            workers[name]?.disk = room.disk
            let known = Set(held.lazy.filter { !$0.finished }.map(\.attempt))
            let unknown = workers[name]?.live.filter { !known.contains($0) } ?? []
            let since = unknown.reduce(0) { $0 + memory($1.job) }
            workers[name]?.told = room.memory.map { WorkerBook.Told(memory: $0, since: since) }
            for attempt in held where workers[name]?.live.contains(attempt.attempt) == true { extend(attempt.attempt) }
            noteTrials(held, at: name)
        default: break
        }
        return nil
    }

    private mutating func noteTrials(_ held: [HeldAttempt], at name: WorkerName) {
        workers[name]?.tried.formUnion(held.lazy.filter { $0.phase == .trial }.map(\.attempt))
        workers[name]?.giveSlotsBack()
    }

    private mutating func extend(_ id: AttemptID) {
        let later = now + policy.lease
        update(id.job) { $0.deadline = max($0.deadline, later) }
    }

    private mutating func check(_ change: Change, _ event: Event, _ binhost: FakeBinhost) {
        switch change {
        case .run(let id, let record):
            if let old = runs[id]?.state, old.isEnd, old != record.state { complain("run \(id) goes on after its end") }
            runs[id, default: Book(record)].state = record.state
            if record.state.isEnd, let jobs = runs[id]?.jobs, !jobs.allSatisfy({ $0.state.isEnd && $0.live == nil }) {
                complain("run \(id) ends before its jobs")
            }
        case .plan(let id, let plan, let at):
            runs[id]?.take(plan)
            runs[id]?.jobs = plan.initialRecords(at: at).map { JobBook(state: $0.state, result: $0.result) }
            for job in plan.jobs where job.cached != nil { checkResult(of: JobID(run: id, index: job.index), binhost) }
        case .attempt(let id, let record):
            if record.isLive { checkLeased(id, record, binhost) } else { checkEnded(id, record, event) }
        case .job(let id, let record): check(id, record, event, binhost)
        case .worker(let name, let record): note(name, record)
        case .buildID, .package: break
        }
    }

    private mutating func checkLeased(_ id: AttemptID, _ record: AttemptRecord, _ binhost: FakeBinhost) {
        guard let job = self[id.job] else { return complain("\(id) is a lease of no job") }
        if let live = job.live { complain("\(id) is leased while \(live) is live") }
        if job.state != .waiting { complain("\(id) is leased, its job is \(job.state)") }
        if id.fence <= lastFence { complain("the fence of \(id) does not grow") }
        lastFence = max(lastFence, id.fence)
        if let book = workers[record.worker], book.isHere {
            if book.live.count - book.trying.count >= book.slots {
                complain("\(record.worker) gets \(id) without a free slot")
            }
            if book.isDrained { complain("\(record.worker) gets \(id) while it is drained") }
        } else {
            complain("\(record.worker) gets \(id) and is not here")
        }
        if let farm = runs[id.job.run]?.farm, hasNoRoom(farm) { complain("\(id) is leased where no room is") }
        if let run = runs[id.job.run], !id.job.isResolving {
            for needed in run.plan.jobs[Int(id.job.index)].waitsFor {
                let dependency = run.jobs[Int(needed)]
                if !dependency.state.isAvailable { complain("\(id) starts before job \(needed) is there") }
                checkThere(dependency.result, run.farm, binhost)
            }
            checkMustBeBuilt(id.job, run, binhost)
            checkRoom(for: id.job, at: record.worker)
        }
        workers[record.worker, default: WorkerBook()].live.append(id)
        let needed = memory(id.job)
        workers[record.worker]?.told?.since += needed
        let deadline = now + policy.lease
        update(id.job) { job in
            job.live = id.fence
            job.worker = record.worker
            job.deadline = deadline
        }
    }

    private mutating func checkEnded(_ id: AttemptID, _ record: AttemptRecord, _ event: Event) {
        guard let job = self[id.job], job.live == id.fence else {
            if case .publicationRefused(id, _) = event { return update(id.job) { $0.ended(record) } }
            return complain("\(id) ends and was not live")
        }
        workers[record.worker]?.live.removeAll { $0 == id }
        if workers[record.worker]?.trying.remove(id) != nil { workers[record.worker]?.giveSlotsBack() }
        workers[record.worker]?.told = nil
        update(id.job) { job in
            job.live = nil
            job.ended(record)
        }
        switch (record.end, event) {
        case (.lost, .workerConnected(record.worker, let offer, let held)):
            let attempt = held.first { $0.attempt == id }
            let hasSlots = held.count(where: { !$0.finished && $0.phase != .trial }) <= Int(offer.slots)
            if let attempt, attempt.finished || hasSlots, now < job.deadline {
                complain("\(id) is lost, its worker has it")
            }
        case (.lost, _):
            if now < job.deadline { complain("\(id) is lost \(job.deadline - now) ms before its lease ends") }
        case (.released, .workerLeft(record.worker)), (.cancelled, .cancelRun(id.job.run)): break
        case (.finished, .attemptFinished(record.worker, id, _, _)),
            (.failed, .attemptFinished(record.worker, id, _, _)):
            break
        default: complain("\(id) ends as \(String(describing: record.end)) for no reason")
        }
    }

    private mutating func check(_ id: JobID, _ record: JobRecord, _ event: Event, _ binhost: FakeBinhost) {
        guard let old = self[id] else { return complain("\(id) does not exist") }
        if old.state.isEnd, old.state != record.state || old.result != record.result {
            complain("\(id) becomes \(record.state) after it was \(old.state)")
        }
        switch record.state {
        case .leased: if old.live == nil { complain("\(id) is leased without a lease") }
        case .publishing:
            if case .attemptFinished(_, let attempt, _, _) = event, attempt.job == id { break }
            complain("\(id) is to be published and was not finished")
        case .published where !id.isResolving && !old.state.isEnd:
            if case .published(let attempt, record.result) = event, attempt.job == id { break }
            complain("\(id) is published and nobody said so")
        default: break
        }
        if record.state != .leased, old.live != nil { complain("\(id) becomes \(record.state) with a live lease") }
        update(id) { job in
            job.state = record.state
            job.result = record.result
            job.notBefore = record.notBefore
        }
        if record.state.isAvailable, !id.isResolving {
            checkResult(of: id, binhost)
            if old.state == .waiting { counts["ended without a build", default: 0] += 1 }
        }
    }

    private func hasNoRoom(_ farm: String) -> Bool { isFull || fullFarms.contains(farm) }

    private mutating func checkAssigned(_ worker: WorkerName, _ assignment: Assignment) {
        let id = assignment.attempt
        guard let job = self[id.job], job.live == id.fence, job.worker == worker else {
            return complain("\(id) is sent to \(worker) without a lease")
        }
        guard case .build(let task) = assignment.work, let run = runs[id.job.run] else { return }
        let running = Self.neededRunning(id.job.index, run.plan)
        let needed = run.plan.jobs[Int(id.job.index)].waitsFor.compactMap { index in
            run.jobs[Int(index)].result?.dependency(
                isBuildOnly: !running.contains(run.plan.jobs[Int(index)].cpv))
        }
        if task.dependencies != needed { complain("\(id) gets other packages than it waits for") }
        if task.pack != run.plan.jobs[Int(id.job.index)].packs { complain("\(id) is packed, or built, wrongly") }
    }

    /// Names, not places in the plan: of a package that is built twice both count.
    private static func neededRunning(_ index: Int32, _ plan: Plan) -> Set<CPV> {
        var seen: Set<Int32> = []
        var found: Set<CPV> = []
        func visit(_ index: Int32) {
            for next in plan.jobs[Int(index)].runtime where seen.insert(next).inserted {
                found.insert(plan.jobs[Int(next)].cpv)
                visit(next)
            }
        }
        visit(index)
        return found
    }

    private mutating func checkSettled(
        _ worker: WorkerName, _ id: AttemptID, _ accepted: Bool, _ scheduler: Scheduler
    ) {
        let record = scheduler.durable[id.job]?.attempts.last { $0.fence == id.fence }?.record
        let isMine = record?.worker == worker
        if accepted {
            switch record?.end {
            case .finished where isMine, .failed where isMine: break
            // Ended runs are forgotten here in time; their attempts are then refused.
            default: complain("\(worker) is told that \(id) is taken, and it is not")
            }
        } else if isMine, record?.isLive == true {
            complain("\(worker) is told that \(id) is refused while its lease is live")
        }
    }

    subscript(id: JobID) -> JobBook? {
        guard let run = runs[id.run] else { return nil }
        if id.isResolving { return run.resolving }
        return run.jobs.indices.contains(Int(id.index)) ? run.jobs[Int(id.index)] : nil
    }

    private mutating func update(_ id: JobID, _ change: (inout JobBook) -> Void) {
        guard let position = runs.index(forKey: id.run) else { return }
        if id.isResolving {
            change(&runs.values[position].resolving)
        } else {
            change(&runs.values[position].jobs[Int(id.index)])
        }
    }
}

extension Ledger.JobBook {
    mutating func ended(_ attempt: AttemptRecord) {
        switch attempt.end {
        case .failed(let failure):
            // With more memory it may be tried where it was.
            if failure.failureClass != .outOfMemory { failedAt.insert(attempt.worker) }
            ranOut = ranOut || [.outOfMemory, .outOfDisk].contains(failure.failureClass)
        case .lost, .finished, .released, .cancelled, nil: break
        }
    }
}
