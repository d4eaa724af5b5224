import Core
import Shared

/// A coordinator with its shell and a binhost, workers, people and everything that goes wrong between them, in virtual time.
/// What happens depends on the scenario alone.
package struct FaultSimulation {
    let scenario: Scenario
    let dice: Dice
    /// Look at all of the scheduler after so many events; the ledger looks at each.
    let interval: Int
    var agenda = Agenda()
    /// Milliseconds since the scenario began.
    var now: Int64 = 0
    var draws: UInt64 = 0

    // The coordinator.
    var scheduler: Scheduler
    var stored = Snapshot()
    var ledger: Ledger
    var isUp = false
    /// Grows with each start of the coordinator: what its shell had under way dies with it.
    var life = 0
    var events = 0
    /// Decided and not committed.
    var steps: [Effect] = []
    var isCommitting = false
    var clockOffset: Int64 = 0
    var wakes = 0
    var killPoint: (point: Fault.KillPoint, down: Int64)?
    var storageFullUntil: Int64 = 0
    var farmFullUntil: [String: Int64] = [:]
    var binhost = FakeBinhost()
    /// Connection over which each worker is spoken to.
    var routes: [Route?]
    /// In the database, for plans.
    var packages = FakePackageTable()

    // The world.
    var workers: [SimulatedWorker]
    let indexes: [WorkerName: Int]
    let graphs: [ResolvedGraph]
    /// Attempts of each package, and of each run's resolving, that failed for a passing reason.
    var flaws: [Int]
    var resolveFlaws: [Int]
    /// What each finished build really brought.
    var makings: [AttemptID: Making] = [:]
    var lostStaged: Set<Int> = []
    var cancelled: Set<RunID> = []
    var wantsDrained: Set<Int> = []

    /// What came up, to be sure that the simulation stirs what it means to stir.
    package private(set) var counts: [String: Int] = [:]
    /// One line for all that happens, when asked for.
    package private(set) var trace: [String] = []
    private let isTracing: Bool

    struct Route {
        var connection: Int
        var lastHeard: Int64
        var isWelcome = false
    }

    package init(_ scenario: Scenario, interval: Int? = nil, isTracing: Bool = false) {
        self.scenario = scenario
        self.isTracing = isTracing
        let size = scenario.workers.count * scenario.workers.count / 4 + scenario.packages.count
        self.interval = interval ?? (1 + size / 4)
        dice = Dice(seed: scenario.seed)
        scheduler = Scheduler(policy: scenario.policy, now: Scenario.start)
        ledger = Ledger(scenario)
        workers = scenario.workers.map { SimulatedWorker(name: $0.name, slots: $0.slots, memory: $0.memory) }
        indexes = Dictionary(uniqueKeysWithValues: scenario.workers.enumerated().map { ($1.name, $0) })
        routes = Array(repeating: nil, count: scenario.workers.count)
        graphs = scenario.runs.indices.map { scenario.graph(ofRun: $0) }
        flaws = Array(repeating: 0, count: scenario.packages.count)
        resolveFlaws = Array(repeating: 0, count: scenario.runs.count)
        agenda.plan(.coordinatorStarts, at: 0)
        for (index, worker) in scenario.workers.enumerated() where worker.starts != .max {
            agenda.plan(.starts(worker: index), at: worker.starts)
        }
        for (index, run) in scenario.runs.enumerated() where run.submitted != .max {
            agenda.plan(.submits(run: index), at: run.submitted)
        }
        for fault in scenario.faults { agenda.plan(.fault(fault.kind), at: fault.at) }
    }

    /// Goes on until every run has ended.
    /// - Returns: what is wrong; empty when all is well.
    package mutating func run() -> [String] {
        let limit = scenario.calm + 3 * 3_600_000
        let runs = scenario.runs.count { $0.submitted != .max }
        while ledger.problems.isEmpty, !isDone(runs), let next = agenda.next() {
            guard next.at < limit else {
                return ["not done \(limit - scenario.calm) ms after the last fault: " + unfinished()]
            }
            now = next.at
            happen(next.happening)
        }
        if ledger.problems.isEmpty, !isDone(runs) { return ["nothing happens any more: " + unfinished()] }
        if ledger.problems.isEmpty { checkEnd() }
        return ledger.problems
    }

    private func isDone(_ runs: Int) -> Bool {
        guard isUp, now >= scenario.calm || events & 15 == 0, steps.isEmpty else { return false }
        return stored.runs.count == runs && stored.runs.values.allSatisfy(\.record.state.isEnd)
    }

    private func unfinished() -> String {
        var lines: [String] = []
        for (id, run) in stored.runs.sorted(by: { $0.key < $1.key }) where !run.record.state.isEnd {
            for index in -1..<Int32(run.jobs.count) {
                let job = JobID(run: id, index: index)
                guard let status = scheduler.status(of: job), !status.state.isEnd else { continue }
                lines.append("\(job) is \(status.state) (\(status.waitsBecause ?? "no reason"))")
            }
        }
        return lines.prefix(10).joined(separator: "; ")
    }

    private mutating func happen(_ happening: Agenda.Happening) {
        switch happening {
        case .heard(let worker, let connection, let saying): hear(worker, connection, saying)
        case .told(let worker, let connection, let telling): listen(worker, connection, telling)
        // Told at once by the shell: never of a worker that has said Hello since.
        case .shellAnswers(_, .workerDisconnected(let name)) where indexes[name].map { routes[$0] != nil } ?? true:
            break
        case .shellAnswers(let life, let event): if life == self.life { feed(event) }
        case .publishes(let life, let publication): if life == self.life { publish(publication) }
        case .commits(let life): if life == self.life { commit() }
        case .tick(let life, let number): if life == self.life, number == wakes { feed(.tick) }
        case .watch(let life): if life == self.life { watchWorkers() }
        case .trialBegins(let worker, let attempt): beginTrial(worker, attempt)
        case .buildEnds(let worker, let attempt): endBuild(worker, attempt)
        case .keepsAlive(let worker): keepAlive(worker)
        case .connects(let worker, let connection): connect(worker, after: connection)
        case .starts(let worker): start(worker)
        case .lieEnds(let worker, let connection):
            if workers[worker].connection == connection { breakConnection(worker, down: 10) }
        case .fault(let fault): strike(fault)
        case .coordinatorStarts: startCoordinator()
        case .submits(let run): submit(run)
        case .cancels(let run): cancel(run)
        case .drains(let worker): drain(worker)
        case .resumes(let worker):
            wantsDrained.remove(worker)
            drain(worker)
        }
    }

    mutating func count(_ what: String, _ number: Int = 1) {
        if number > 0 { counts[what, default: 0] += number }
    }

    mutating func note(_ text: @autoclosure () -> String) {
        if isTracing { trace.append("\(now) \(text())") }
    }

    mutating func draw() -> UInt64 {
        draws += 1
        return draws
    }
}

/// People.
extension FaultSimulation {
    /// Again until the coordinator has it.
    private mutating func submit(_ run: Int) {
        let id = Scenario.id(ofRun: run)
        guard stored.runs[id] == nil else { return }
        agenda.plan(.submits(run: run), at: now + 1_000 + Int64(run))
        guard isUp, scheduler.durable.runs[id] == nil else { return }
        let request = RunRequest(
            farm: scenario.runs[run].farm, targets: ["@world"], emptytree: true, image: Self.image,
            resolveLimits: Limits(), buildLimits: Limits(), submittedBy: "operator",
            secondPass: scenario.runs[run].secondPass, packsBase: scenario.runs[run].packsBase)
        feed(.runSubmitted(id, request))
    }

    private mutating func cancel(_ run: Int) {
        let id = Scenario.id(ofRun: run)
        guard let state = stored.runs[id]?.record.state, !state.isEnd else { return }
        cancelled.insert(id)
        count("cancels")
        agenda.plan(.cancels(run: run), at: now + 2_000)
        if isUp { feed(.cancelRun(id)) }
    }

    /// Again until the coordinator has it; the other way round, too.
    private mutating func drain(_ worker: Int) {
        let name = workers[worker].name
        let isDrained = wantsDrained.contains(worker)
        if isUp, steps.isEmpty, stored.workers[name]?.drained ?? false == isDrained { return }
        agenda.plan(.drains(worker: worker), at: now + 2_000)
        if isUp { feed(isDrained ? .drain(name) : .resume(name)) }
    }

    private static let image = Scenario.blob("image")
}

/// What goes wrong.
extension FaultSimulation {
    private mutating func strike(_ fault: Fault.Kind) {
        note("FAULT \(fault)")
        switch fault {
        case .workerDies(let worker, let losesDisk, let down):
            guard workers[worker].isUp else { return }
            count(losesDisk ? "disks lost" : "workers died")
            goDown(worker, losesDisk: losesDisk, down: down)
        case .workerStops(let worker, let down):
            guard workers[worker].isUp else { return }
            stop(worker, down: down)
        case .connectionBreaks(let worker, let down):
            guard workers[worker].isConnected else { return }
            count("connections lost")
            breakConnection(worker, down: down)
        case .workerStalls(let worker, let time):
            count("stalls")
            workers[worker].stalledUntil = now + time
        case .connectionLies(let worker, let time):
            guard workers[worker].isConnected else { return }
            count("lies")
            workers[worker].liesUntil = now + time
            agenda.plan(.lieEnds(worker: worker, connection: workers[worker].connection), at: now + time)
        case .workerDiskFull(let worker, let time): workers[worker].diskFullUntil = now + time
        case .slotsChange(let worker, let slots):
            guard workers[worker].isUp else { return }
            workers[worker].slots = slots
            goDown(worker, losesDisk: false, down: 1_000)
        case .memoryChanges(let worker, let memory):
            guard workers[worker].isUp else { return }
            workers[worker].memory = memory
            goDown(worker, losesDisk: false, down: 1_000)
        case .coordinatorDies(let point, let down): killPoint = (point, down)
        case .storageFull(let time):
            count("full storages")
            storageFullUntil = now + time
        case .farmFull(let farm, let time):
            count("full farms")
            farmFullUntil[farm] = now + time
        case .clockJumps(let by): clockOffset += by
        case .cancel(let run): cancel(run)
        case .drain(let worker, let time):
            count("drains")
            wantsDrained.insert(worker)
            drain(worker)
            agenda.plan(.resumes(worker: worker), at: now + time)
        }
    }
}
