import Core
import Shared

/// The coordinator: its shell around the scheduler that is simulated for.
extension FaultSimulation {
    var isStormy: Bool { now < scenario.calm }

    private var clock: Instant { Scenario.start + now + clockOffset }

    mutating func startCoordinator() {
        isUp = true
        let time = clock
        scheduler = Scheduler(restoring: stored, policy: scenario.policy, now: time)
        ledger.restart(stored, now: time)
        look()
        agenda.plan(.watch(life: life), at: now + scenario.policy.lease / 3)
        feed(.started)
    }

    private mutating func die(down: Int64) {
        count("coordinator deaths")
        note("COORDINATOR DIES")
        killPoint = nil
        isUp = false
        life += 1
        steps = []
        isCommitting = false
        for worker in workers.indices {
            routes[worker] = nil
            breakConnection(worker, down: down)
        }
        agenda.plan(.coordinatorStarts, at: now + down)
    }

    private mutating func look() {
        for problem in scheduler.violations() { ledger.complain(problem) }
    }

    mutating func feed(_ event: Event) {
        guard isUp, ledger.problems.isEmpty else { return }
        events += 1
        note("event \(Self.words(event))")
        let time = clock
        let effects = scheduler.handle(event, now: time)
        ledger.check(event, effects, now: time, scheduler, binhost)
        // An event without effects (most renewals) has changed nothing but deadlines, which the ledger knows.
        if interval == 1 ? !effects.isEmpty : events % interval == 0 { look() }
        if events % interval == 0 { ledger.checkNobodyStarves(scheduler) }
        if let (point, down) = killPoint, point == .beforeCommit { return die(down: down) }
        steps += effects
        guard !isCommitting else { return }
        // Often at once; otherwise what is decided meanwhile is committed together.
        let number = draw()
        if dice.isOne(in: 3, .commit, number, 0) {
            isCommitting = true
            agenda.plan(.commits(life: life), at: now + dice.number(in: 0...20, .commit, number, 1))
        } else {
            commit()
        }
    }

    mutating func commit() {
        isCommitting = false
        let batch = steps
        steps = []
        for case .persist(let change) in batch {
            stored.apply(change)
            if case .package(let farm, let record, let facts, _) = change { packages.store(record, facts, farm: farm) }
        }
        var remaining = Int.max
        if let (point, down) = killPoint {
            switch point {
            case .beforeCommit, .afterCommit: return die(down: down)
            case .afterEffects(let count): remaining = count
            }
        }
        for effect in batch {
            if case .persist = effect { continue }
            if remaining == 0 { break }
            remaining -= 1
            note("effect \(Self.words(effect))")
            carryOut(effect)
        }
        if let killPoint { die(down: killPoint.down) }
    }

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .persist, .note: break
        case .assign(let name, let assignment): tell(name, .assign(assignment))
        case .revoke(let name, let attempt, _):
            count("revoked")
            tell(name, .revoke(attempt))
        case .welcome(let name, let adopted):
            count("adopted", adopted.count)
            if let worker = indexes[name] { routes[worker]?.isWelcome = true }
            tell(name, .welcome(adopted))
        case .settle(let name, let attempt, let accepted, _):
            count(accepted ? "accepted" : "refused")
            tell(name, .settled(attempt, accepted: accepted))
        case .plan(_, let run, _):
            let answer = plannedAnswer(run)
            later(answer, .planning, in: 1...1_000)
        case .publish(let publication):
            let time = now + dice.number(in: 1...2_000, .publishing, publication.attempt.fence.rawValue, draw())
            agenda.plan(.publishes(life: life, publication), at: time)
        case .withdraw(let farm, let paths): count("withdrawn", binhost.withdraw(paths, farm: farm))
        case .probeStorage:
            let answer = storageAnswer
            later(answer, .answering, in: 1...10)
        case .wake(let instant):
            wakes += 1
            agenda.plan(.tick(life: life, number: wakes), at: now + max(0, instant - clock))
        }
    }

    private mutating func later(_ event: Event, _ purpose: Dice.Purpose, in range: ClosedRange<Int64>) {
        agenda.plan(.shellAnswers(life: life, event), at: now + dice.number(in: range, purpose, draw(), 0))
    }

    private var storageAnswer: Event {
        if now < storageFullUntil { return .storageFull("full") }
        let full = farmFullUntil.filter { now < $0.value }
        return full.isEmpty ? .storageAvailable : .storagePartlyAvailable(full.mapValues { _ in "full" })
    }

    private mutating func plannedAnswer(_ id: RunID) -> Event {
        let index = Int(id.rawValue) - 1
        let run = scenario.runs[index]
        if case .fails(let failureClass) = run.fate {
            return .planningFailed(id, Failure(failureClass, "no package satisfies it"))
        }
        let planner = Planner(
            known: packages.known(farm: run.farm, binhost),
            expected: { [scenario] in Scenario.indexes[$0].flatMap { scenario.packages[$0].expected } },
            secondPass: run.secondPass, packsBase: run.packsBase)
        do {
            return .planned(id, try planner.plan(graphs[index]))
        } catch {
            ledger.complain("run \(id) cannot be planned: \(error)")
            return .planningFailed(id, error.failure)
        }
    }

    mutating func publish(_ publication: Publication) {
        let attempt = publication.attempt
        let farm = publication.farm
        guard now >= storageFullUntil else { return feed(.storageFull("full")) }
        guard now >= farmFullUntil[farm] ?? 0 else { return feed(.storageFull("full", farm: farm)) }
        let index = Scenario.indexes[publication.cpv] ?? 0
        let package = scenario.packages[index]
        switch package.fate {
        case .bringsWrongPackage:
            return later(.publicationRefused(attempt, Failure(.invalidPackage, "another one")), .answering, in: 0...100)
        case .losesStaged where lostStaged.insert(index).inserted:
            return later(.publicationRefused(attempt, Failure(.transferFailed, "not staged")), .answering, in: 0...100)
        default: break
        }
        guard let making = makings[attempt] else { return ledger.complain("\(attempt) is published and was not built") }
        let looks = making.looks(package)
        let output = package.hasOutput ? ContentHasher.digest(withUnsafeBytes(of: looks) { Array($0) }) : nil
        let record = PublishedRecord(
            cpv: publication.cpv, buildID: publication.buildID,
            path: "\(publication.cpv.category)/\(publication.cpv.pf)-\(publication.buildID)",
            package: publication.package, buildKey: publication.buildKey, output: output)
        if let problem = binhost.publish(.init(record: record, making: making, looks: looks), farm: farm) {
            ledger.complain(problem)
        }
        // A cancelled run may leave a package behind, or an interrupted cancellation; otherwise one is enough.
        let paths = binhost.paths(record.buildKey, farm: farm)
        if paths.count > 1, cancelled.isEmpty { ledger.complain("built twice: \(paths.joined(separator: " "))") }
        count("published")
        later(.published(attempt, record), .answering, in: 0...100)
    }

    // MARK: Workers' connections

    mutating func tell(_ name: WorkerName, _ telling: Agenda.Telling) {
        guard let worker = indexes[name], let route = routes[worker] else { return }
        let isAlive = workers[worker].isConnected && workers[worker].connection == route.connection
        guard isAlive else {
            // A broken connection is noticed at the first message that cannot be sent, or after a silence.
            if dice.isOne(in: 2, .notice, draw(), 0) {
                routes[worker] = nil
                agenda.plan(.shellAnswers(life: life, .workerDisconnected(name)), at: now)
            }
            return
        }
        send(to: worker, route.connection, telling)
    }

    private mutating func send(to worker: Int, _ connection: Int, _ telling: Agenda.Telling) {
        let number = draw()
        let delayed = now + dice.number(in: 0...200, .toWorker, UInt64(worker), number)
        if workers[worker].liesUntil > now {
            for copy in 0..<copies(number) {
                let time = now + dice.number(in: 0...20_000, .order, number, UInt64(copy))
                agenda.plan(.told(worker: worker, connection: connection, telling), at: time)
            }
            return
        }
        workers[worker].lastHere = max(workers[worker].lastHere, delayed)
        agenda.plan(.told(worker: worker, connection: connection, telling), at: workers[worker].lastHere)
    }

    /// On a connection that lies: a third is lost, a third comes twice.
    func copies(_ number: UInt64) -> Int { Int(dice.roll(.copy, number, 0) % 3) }

    mutating func hear(_ worker: Int, _ connection: Int, _ saying: Agenda.Saying) {
        guard isUp else { return }
        let isOpen = workers[worker].isConnected && workers[worker].connection == connection
        // The last broken connection's messages may still come in; older ones are gone.
        guard isOpen || workers[worker].connection <= connection + 1 && now <= workers[worker].brokenSlack else {
            return
        }
        let name = workers[worker].name
        if case .hello(let offer, let held) = saying {
            if let route = routes[worker] {
                if route.connection > connection { return }
                if route.connection == connection, !route.isWelcome { return }
            }
            routes[worker] = Route(connection: connection, lastHeard: now)
            return feed(.workerConnected(name, offer, held: held))
        }
        guard let route = routes[worker] else {
            if isOpen { send(to: worker, connection, .askHello) }
            return
        }
        guard route.connection == connection else { return }
        routes[worker]?.lastHeard = now
        switch saying {
        case .hello: break
        case .renew(let held, let room): feed(.renewed(name, held, room: room))
        case .finished(let attempt, let outcome, let used): feed(.attemptFinished(name, attempt, outcome, used))
        case .goodbye:
            routes[worker] = nil
            feed(.workerLeft(name))
        }
    }

    mutating func watchWorkers() {
        let limit = now - scenario.policy.lease
        for worker in workers.indices {
            guard let route = routes[worker], route.lastHeard < limit else { continue }
            routes[worker] = nil
            feed(.workerDisconnected(workers[worker].name))
        }
        if isUp { agenda.plan(.watch(life: life), at: now + scenario.policy.lease / 3) }
    }
}

/// In a few words, for a trace.
extension FaultSimulation {
    static func words(_ event: Event) -> String {
        switch event {
        case .runSubmitted(let id, _): "run \(id) submitted"
        case .planned(let id, let plan): "run \(id) planned: \(plan.jobs.count) jobs"
        case .adopting(let farm, let packages): "\(packages.count) packages of other farms for \(farm)"
        case .numbered(let farm, let buildIDs): "\(farm) comes with \(buildIDs.count) packages"
        case .workerConnected(let name, let offer, let held):
            "\(name) connected: \(offer.slots) slots, has \(held.map(\.attempt))"
        case .renewed(let name, let held, _): "\(name) renews \(held.map(\.attempt))"
        case .attemptFinished(let name, let id, .failure(let failure), _): "\(name) failed \(id): \(failure)"
        case .attemptFinished(let name, let id, _, _): "\(name) finished \(id)"
        case .published(let id, let record): "published \(id): \(record.path)"
        default: "\(event)"
        }
    }

    static func words(_ effect: Effect) -> String {
        switch effect {
        case .assign(let name, let assignment): "assign \(assignment.attempt) to \(name)"
        case .publish(let publication): "publish \(publication.attempt)"
        case .plan(let attempt, _, _): "plan \(attempt)"
        default: "\(effect)"
        }
    }
}
