import CoreTesting
import Shared

@testable import Core

/// A coordinator, its shell, a binhost and a few workers in virtual time, with seeded crashes, lost connections, delays and
/// duplicates. The network keeps the order of what is said on one connection; all that is under way when it breaks is lost.
struct Simulation {
    private(set) var scheduler: Scheduler
    private(set) var stored = Snapshot()
    private(set) var now = Instant(milliseconds: 0)
    private(set) var problems: [String] = []
    private(set) var steps = 0
    /// What happened, to be sure that the simulation stirs what it means to stir.
    private(set) var counts: [String: Int] = [:]

    private var random: SeededGenerator
    private var agenda = Heap<Entry>()
    private var sequence: UInt64 = 0
    private var workers: [FakeWorker]
    private let plans: [RunID: Plan]
    /// Packages that never build.
    private let broken: Set<String>
    private let faultsUntil: Instant
    /// By path.
    private var binhost: [String: PublishedRecord] = [:]
    /// Jobs whose result a worker was told is safe.
    private var acknowledged: Set<JobID> = []
    /// Grows with each start of the coordinator: what its shell had under way dies with it.
    private var life = 0
    private var isFull = false

    private struct Entry: Comparable {
        var at: Instant
        var sequence: UInt64
        var happening: Happening

        static func < (left: Entry, right: Entry) -> Bool {
            left.at == right.at ? left.sequence < right.sequence : left.at < right.at
        }
        static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }
    }

    private enum Happening {
        /// Reaches the coordinator, when the worker's connection still is the one it was said on.
        case heard(worker: Int, connection: Int, Event)
        /// Reaches the worker, under the same condition.
        case told(worker: Int, connection: Int, Effect)
        case shellAnswers(life: Int, Event)
        case tick(life: Int)
        case buildEnds(worker: Int, AttemptID)
        case renewal(worker: Int)
        case workerCrash(worker: Int)
        case connectionLost(worker: Int)
        case connects(worker: Int)
        case coordinatorCrash
        case diskFills
        case diskEmpties
    }

    private struct FakeWorker {
        let name: WorkerName
        let slots: Int32
        var connection = 0
        var isConnected = false
        var running: [AttemptID: Assignment] = [:]
        var finished: [AttemptID: Outcome] = [:]
        /// The connection keeps order: nothing arrives before what was said earlier.
        var lastArrival = Instant(milliseconds: 0)
    }

    init(seed: UInt64, plans: [RunID: Plan], broken: Set<String>, faultsUntil: Int64 = 600_000) {
        random = SeededGenerator(seed: seed)
        self.plans = plans
        self.broken = broken
        self.faultsUntil = Instant(milliseconds: faultsUntil)
        scheduler = Scheduler(policy: Self.policy, now: now)
        workers = (0..<3).map { FakeWorker(name: WorkerName(rawValue: "worker-\($0)"), slots: Int32($0 % 2 + 1)) }
        for worker in workers.indices {
            plan(.connects(worker: worker), in: 1...5_000)
            plan(.workerCrash(worker: worker), in: 1...400_000)
            plan(.connectionLost(worker: worker), in: 1...200_000)
            plan(.renewal(worker: worker), in: 1...10_000)
        }
        plan(.coordinatorCrash, in: 1...300_000)
        plan(.diskFills, in: 1...600_000)
        for run in plans.keys.sorted() { plan(.shellAnswers(life: -1, .runSubmitted(run, request())), in: 1...100_000) }
    }

    /// Losses are not to end jobs here, so that the outcome of each is known.
    private static let policy = Policy { $0.retries = 1_000 }

    /// Until every run has ended, or nothing happens any more. True when all have ended.
    mutating func run() -> Bool {
        while problems.isEmpty, steps < 200_000, !isDone, let entry = agenda.pop() {
            now = entry.at
            steps += 1
            happen(entry.happening)
        }
        return isDone
    }

    private var isDone: Bool {
        stored.runs.count == plans.count && stored.runs.values.allSatisfy(\.record.state.isEnd)
    }

    private var isStormy: Bool { now < faultsUntil }

    private mutating func plan(_ happening: Happening, in range: ClosedRange<Int64>) {
        plan(happening, at: now + Int64.random(in: range, using: &random))
    }

    private mutating func plan(_ happening: Happening, at instant: Instant) {
        sequence += 1
        agenda.push(Entry(at: instant, sequence: sequence, happening: happening))
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .heard(let worker, let connection, let event):
            guard workers[worker].isConnected, workers[worker].connection == connection else { return }
            decide(event)
        case .told(let worker, let connection, let effect):
            guard workers[worker].isConnected, workers[worker].connection == connection else { return }
            listen(worker, effect)
        case .shellAnswers(let life, let event):
            guard life == self.life || life == -1 else { return }
            // A person submits again until the coordinator has answered.
            if case .runSubmitted(let run, _) = event, stored.runs[run] == nil {
                plan(.shellAnswers(life: -1, event), in: 1_000...2_000)
            }
            answer(event)
        case .tick(let life):
            if life == self.life { decide(.tick) }
        case .buildEnds(let worker, let attempt): endBuild(worker, attempt)
        case .renewal(let worker):
            if workers[worker].isConnected, !workers[worker].running.isEmpty {
                say(worker, .renewed(workers[worker].name, held(worker)))
            }
            // Now and then a host is so busy that its lease runs out.
            let stalls = isStormy && Int.random(in: 0..<30, using: &random) == 0
            plan(.renewal(worker: worker), in: stalls ? 30_000...60_000 : 5_000...10_000)
        case .workerCrash(let worker):
            guard isStormy else { return }
            counts["worker crashes", default: 0] += 1
            workers[worker].running = [:]
            workers[worker].finished = [:]
            disconnect(worker)
            plan(.workerCrash(worker: worker), in: 1_000...200_000)
        case .connectionLost(let worker):
            guard isStormy else { return }
            counts["lost connections", default: 0] += 1
            disconnect(worker)
            plan(.connectionLost(worker: worker), in: 1_000...100_000)
        case .connects(let worker): connect(worker)
        case .coordinatorCrash:
            guard isStormy else { return }
            restart()
            plan(.coordinatorCrash, in: 1_000...150_000)
        case .diskFills:
            isFull = true
            counts["full disks", default: 0] += 1
            plan(.diskEmpties, in: 1...60_000)
        case .diskEmpties: isFull = false
        }
    }
}

/// The coordinator and its shell.
extension Simulation {
    private mutating func decide(_ event: Event) {
        // Killed before it commits, or after it and before it says anything, both now and then.
        let fate = isStormy ? Int.random(in: 0..<400, using: &random) : 1_000
        if fate == 0 { return restart() }
        let effects = scheduler.handle(event, now: now)
        for case .persist(let change) in effects { stored.apply(change) }
        problems += scheduler.violations()
        if stored != scheduler.durable { problems.append("what is stored differs from what is known") }
        if fate == 1 { return restart() }
        for effect in effects { carryOut(effect) }
    }

    private mutating func restart() {
        counts["coordinator crashes", default: 0] += 1
        life += 1
        for worker in workers.indices { disconnect(worker) }
        scheduler = Scheduler(restoring: stored, policy: Self.policy, now: now)
        problems += scheduler.violations()
        decide(.started)
    }

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .persist, .note: break
        case .assign(let name, _), .revoke(let name, _, _), .welcome(let name, _): tell(name, effect)
        case .settle(let name, let attempt, let accepted, _):
            if accepted { acknowledged.insert(attempt.job) }
            tell(name, effect)
        case .plan(_, let run, _):
            if let plan = plans[run] { self.plan(.shellAnswers(life: life, .planned(run, plan)), in: 1...1_000) }
        case .publish(let publication):
            plan(.shellAnswers(life: life, .published(publication.attempt, publication.record)), in: 1...2_000)
        case .probeStorage:
            plan(.shellAnswers(life: life, isFull ? .storageFull("full") : .storageAvailable), in: 1...10)
        case .wake(let instant): plan(.tick(life: life), at: max(now, instant))
        }
    }

    private mutating func answer(_ event: Event) {
        guard case .published(let attempt, let record) = event else { return decide(event) }
        if isFull { return decide(.storageFull("full")) }
        if let there = binhost[record.path], there != record {
            problems.append("\(record.path) is published twice, with another content")
        }
        let others = binhost.values.filter { $0.buildKey == record.buildKey && $0.path != record.path }
        if !others.isEmpty, stored[attempt.job]?.record.state == .publishing {
            // A cancelled or restarted publication may leave one behind, but nobody cancels here.
            problems.append("\(record.path) was built although \(others.map(\.path)) is there")
        }
        binhost[record.path] = record
        decide(event)
    }

    private mutating func tell(_ name: WorkerName, _ effect: Effect) {
        guard let worker = workers.firstIndex(where: { $0.name == name }) else { return }
        let connection = workers[worker].connection
        for _ in 0..<copies() { plan(.told(worker: worker, connection: connection, effect), at: arrival(worker)) }
    }

    private mutating func copies() -> Int {
        isStormy && Int.random(in: 0..<20, using: &random) == 0 ? 2 : 1
    }

    private mutating func arrival(_ worker: Int) -> Instant {
        let delayed = now + Int64.random(in: 0...500, using: &random)
        workers[worker].lastArrival = max(workers[worker].lastArrival, delayed)
        return workers[worker].lastArrival
    }

    /// What must be true when all runs have ended.
    mutating func check(expecting expected: [RunID: [String: Set<JobState>]]) -> [String] {
        for (run, jobs) in expected {
            for job in stored.runs[run]?.plan?.jobs ?? [] {
                let id = JobID(run: run, index: job.index)
                guard let record = stored[id]?.record else { continue }
                if jobs[job.cpv.name]?.contains(record.state) != true {
                    problems.append("\(job.cpv) of run \(run) is \(record.state)")
                }
                if let result = record.result, binhost[result.path] != result {
                    problems.append("\(result.path) is not in the binhost")
                }
                if acknowledged.contains(id), !record.state.isEnd { problems.append("\(id) was lost") }
            }
        }
        return problems
    }
}

/// The workers.
extension Simulation {
    private mutating func connect(_ worker: Int) {
        guard !workers[worker].isConnected else { return }
        workers[worker].isConnected = true
        workers[worker].connection += 1
        say(worker, .workerConnected(workers[worker].name, offer(slots: workers[worker].slots), held: held(worker)))
        for attempt in workers[worker].finished.keys.sorted(by: { $0.fence < $1.fence }) { sayEnd(worker, attempt) }
    }

    private mutating func disconnect(_ worker: Int) {
        guard workers[worker].isConnected else { return }
        workers[worker].isConnected = false
        plan(.connects(worker: worker), in: 1...45_000)
        if Bool.random(using: &random) {
            plan(.shellAnswers(life: life, .workerDisconnected(workers[worker].name)), in: 0...0)
        }
    }

    private func held(_ worker: Int) -> [HeldAttempt] {
        let running = workers[worker].running.keys.map { HeldAttempt(attempt: $0, phase: .building, finished: false) }
        let finished = workers[worker].finished.keys.map { HeldAttempt(attempt: $0, phase: nil, finished: true) }
        return (running + finished).sorted { $0.attempt.fence < $1.attempt.fence }
    }

    private mutating func say(_ worker: Int, _ event: Event) {
        guard workers[worker].isConnected else { return }
        let connection = workers[worker].connection
        for _ in 0..<copies() { plan(.heard(worker: worker, connection: connection, event), at: arrival(worker)) }
    }

    private mutating func sayEnd(_ worker: Int, _ attempt: AttemptID) {
        guard let outcome = workers[worker].finished[attempt] else { return }
        say(worker, .attemptFinished(workers[worker].name, attempt, outcome, Resources(wall: 1)))
    }

    private mutating func listen(_ worker: Int, _ effect: Effect) {
        switch effect {
        case .assign(_, let assignment):
            let attempt = assignment.attempt
            guard workers[worker].running[attempt] == nil, workers[worker].finished[attempt] == nil else { return }
            if case .build(let task) = assignment.work {
                for dependency in task.dependencies where binhost[dependency.path]?.package != dependency.package {
                    problems.append("\(task.cpv) needs \(dependency.path), which is not in the binhost")
                }
            }
            workers[worker].running[attempt] = assignment
            plan(.buildEnds(worker: worker, attempt), in: 100...60_000)
        case .welcome(_, let adopted):
            counts["adopted", default: 0] += adopted.count
            workers[worker].running = workers[worker].running.filter { adopted.contains($0.key) }
            workers[worker].finished = workers[worker].finished.filter { adopted.contains($0.key) }
        case .revoke(_, let attempt, _):
            counts["revoked", default: 0] += 1
            workers[worker].running[attempt] = nil
            workers[worker].finished[attempt] = nil
        case .settle(_, let attempt, let accepted, _):
            counts[accepted ? "accepted" : "refused", default: 0] += 1
            workers[worker].finished[attempt] = nil
        case .persist, .plan, .publish, .probeStorage, .wake, .note: break
        }
    }

    private mutating func endBuild(_ worker: Int, _ attempt: AttemptID) {
        guard let assignment = workers[worker].running.removeValue(forKey: attempt) else { return }
        workers[worker].finished[attempt] = outcome(of: assignment)
        sayEnd(worker, attempt)
    }

    private mutating func outcome(of assignment: Assignment) -> Outcome {
        if isStormy, Int.random(in: 0..<20, using: &random) == 0 {
            return .failure(Failure(.fetchFailed, "no mirror answers"))
        }
        switch assignment.work {
        case .resolve: return .resolution(blob("graph"))
        case .build(let task):
            if broken.contains(task.cpv.name) { return .failure(Failure(.buildFailed, "make failed")) }
            return .package(blob("\(task.cpv) by \(assignment.attempt)"))
        }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
