import Core
import Shared

/// The workers, as the agent of a real one behaves.
extension FaultSimulation {
    mutating func start(_ worker: Int) {
        guard !workers[worker].isUp else { return }
        workers[worker].isUp = true
        agenda.plan(.connects(worker: worker, connection: workers[worker].connection), at: now + 1)
        agenda.plan(
            .keepsAlive(worker: worker), at: now + dice.number(in: 1...10_000, .renewal, UInt64(worker), draw()))
    }

    mutating func goDown(_ worker: Int, losesDisk: Bool, down: Int64) {
        workers[worker].isUp = false
        workers[worker].running = []
        if losesDisk { workers[worker].finished = [] }
        breakConnection(worker, down: down)
        agenda.plan(.starts(worker: worker), at: now + down)
    }

    /// Gives up what runs, and says goodbye when nothing finished is left: that would give up its lease.
    mutating func stop(_ worker: Int, down: Int64) {
        workers[worker].running = []
        if workers[worker].isConnected, workers[worker].isWelcome, workers[worker].finished.isEmpty {
            count("goodbyes")
            say(worker, .goodbye)
            let slack = workers[worker].lastThere
            goDown(worker, losesDisk: false, down: max(down, 500))
            workers[worker].brokenSlack = max(workers[worker].brokenSlack, slack)
        } else {
            goDown(worker, losesDisk: false, down: down)
        }
    }

    mutating func breakConnection(_ worker: Int, down: Int64) {
        guard workers[worker].isConnected else { return }
        workers[worker].isConnected = false
        workers[worker].isWelcome = false
        workers[worker].liesUntil = 0
        let number = draw()
        // A part of what is under way still arrives.
        workers[worker].brokenSlack = now + dice.number(in: 0...300, .slack, UInt64(worker), number)
        let time = now + max(1, down) + dice.number(in: 0...2_000, .reconnect, UInt64(worker), number)
        agenda.plan(.connects(worker: worker, connection: workers[worker].connection), at: time)
    }

    mutating func connect(_ worker: Int, after connection: Int) {
        guard workers[worker].isUp, !workers[worker].isConnected, workers[worker].connection == connection else {
            return
        }
        guard isUp else {
            return agenda.plan(.connects(worker: worker, connection: connection), at: now + 1_000)
        }
        workers[worker].connection += 1
        workers[worker].isConnected = true
        workers[worker].isWelcome = false
        sayHello(worker)
    }

    private mutating func sayHello(_ worker: Int) {
        workers[worker].saidHello = now
        let spec = scenario.workers[worker]
        let offer = Offer(
            slots: workers[worker].slots, cores: spec.cores, memory: workers[worker].memory, hostname: "host",
            version: "1", engine: "podman 4.3.1", disk: room(worker).disk)
        say(worker, .hello(offer, workers[worker].held))
    }

    private mutating func say(_ worker: Int, _ saying: Agenda.Saying) {
        guard workers[worker].isConnected else { return }
        let number = draw()
        let connection = workers[worker].connection
        let delayed = now + dice.number(in: 0...200, .toCoordinator, UInt64(worker), number)
        if workers[worker].liesUntil > now {
            for copy in 0..<copies(number) {
                let time = now + dice.number(in: 0...20_000, .order, number, UInt64(copy))
                agenda.plan(.heard(worker: worker, connection: connection, saying), at: time)
            }
            return
        }
        workers[worker].lastThere = max(workers[worker].lastThere, delayed)
        agenda.plan(.heard(worker: worker, connection: connection, saying), at: workers[worker].lastThere)
    }

    mutating func keepAlive(_ worker: Int) {
        guard workers[worker].isUp else { return }
        let rest = dice.number(in: 8_000...10_000, .renewal, UInt64(worker), draw())
        agenda.plan(.keepsAlive(worker: worker), at: max(now + rest, workers[worker].stalledUntil))
        guard workers[worker].isConnected, workers[worker].stalledUntil <= now else { return }
        guard workers[worker].isWelcome else {
            if now - workers[worker].saidHello >= 30_000 { sayHello(worker) }
            return
        }
        say(worker, .renew(workers[worker].held, room(worker)))
        sayFinished(worker)
    }

    private mutating func sayFinished(_ worker: Int) {
        for held in workers[worker].finished { say(worker, .finished(held.attempt, held.outcome, held.resources)) }
    }

    /// What its builds have left, and others on the host: half of what a build needs is used at once.
    private func room(_ worker: Int) -> Room {
        let spec = scenario.workers[worker]
        let builds = workers[worker].running.map { package(of: $0)?.expected }
        let disk = spec.disk.map { builds.reduce($0) { $0 - ($1?.disk ?? 0) } }
        guard let others = spec.others else { return Room(disk: disk) }
        let used = builds.reduce(now / 40_000 % 2 == 0 ? 0 : others) { $0 + ($1?.memory ?? 0) / 2 }
        return Room(disk: disk, memory: max(1, workers[worker].memory - used))
    }

    mutating func listen(_ worker: Int, _ connection: Int, _ telling: Agenda.Telling) {
        guard workers[worker].isConnected, workers[worker].connection == connection else { return }
        if workers[worker].stalledUntil > now {
            return agenda.plan(
                .told(worker: worker, connection: connection, telling), at: workers[worker].stalledUntil)
        }
        switch telling {
        case .welcome(let adopted):
            workers[worker].isWelcome = true
            workers[worker].keepOnly(adopted)
            sayFinished(worker)
        case .assign(let assignment): begin(worker, assignment)
        case .settled(let attempt, _): workers[worker].finished.removeAll { $0.attempt == attempt }
        case .revoke(let attempt): workers[worker].forget(attempt)
        case .askHello:
            workers[worker].isWelcome = false
            sayHello(worker)
        }
    }

    private mutating func begin(_ worker: Int, _ assignment: Assignment) {
        guard !workers[worker].has(assignment.attempt) else { return }
        if workers[worker].building >= Int(workers[worker].slots), workers[worker].liesUntil <= now {
            count("more attempts than slots")
        }
        workers[worker].running.append(assignment)
        let time: Int64
        if let package = package(of: assignment) {
            time = max(10, package.time * scenario.workers[worker].slowness / 100)
            makings[assignment.attempt] = making(assignment)
            agenda.plan(.trialBegins(worker: worker, assignment.attempt), at: now + time * 2 / 3)
        } else {
            time = 2_000
        }
        agenda.plan(.buildEnds(worker: worker, assignment.attempt), at: now + time)
    }

    /// nil when resolving.
    private func package(of assignment: Assignment) -> Scenario.Package? {
        guard case .build(let task) = assignment.work, let index = Scenario.indexes[task.cpv] else { return nil }
        return scenario.packages[index]
    }

    /// What the build will give; nil when the binhost does not have what its root is to get.
    private func making(_ assignment: Assignment) -> Making? {
        let job = assignment.attempt.job
        guard case .build(let task) = assignment.work, let plan = stored.runs[job.run]?.plan else { return nil }
        var inputs: [UInt64] = []
        for needed in task.dependencies {
            guard let there = binhost[needed.path, assignment.farm] else { return nil }
            inputs.append(there.looks)
        }
        return Making(
            substance: scenario.substance(of: plan.jobs[Int(job.index)], in: job.run), inputs: inputs.sorted())
    }

    mutating func beginTrial(_ worker: Int, _ attempt: AttemptID) {
        guard workers[worker].running.contains(where: { $0.attempt == attempt }) else { return }
        workers[worker].trying.insert(attempt)
        if workers[worker].isWelcome, workers[worker].stalledUntil <= now {
            say(worker, .renew(workers[worker].held, room(worker)))
        }
    }

    mutating func endBuild(_ worker: Int, _ attempt: AttemptID) {
        guard let position = workers[worker].running.firstIndex(where: { $0.attempt == attempt }) else { return }
        if workers[worker].stalledUntil > now {
            return agenda.plan(.buildEnds(worker: worker, attempt), at: workers[worker].stalledUntil)
        }
        let assignment = workers[worker].running.remove(at: position)
        let outcome = outcome(worker, assignment)
        let expected = package(of: assignment)?.expected
        let used = Resources(wall: 1, peakMemory: expected?.memory ?? 0, disk: expected?.disk ?? 0)
        workers[worker].finished.append((attempt, outcome, used))
        if workers[worker].isWelcome { say(worker, .finished(attempt, outcome, used)) }
    }

    private mutating func outcome(_ worker: Int, _ assignment: Assignment) -> Outcome {
        if workers[worker].diskFullUntil > now {
            count("full disks")
            return .failure(Failure(.outOfDisk, "no space left on device"))
        }
        guard case .build(let task) = assignment.work, let package = Scenario.indexes[task.cpv] else {
            let run = Int(assignment.attempt.job.run.rawValue) - 1
            if case .flaky(let failureClass, let times) = scenario.runs[run].fate, resolveFlaws[run] < times {
                resolveFlaws[run] += 1
                return .failure(Failure(failureClass, "not this time"))
            }
            return .resolution(Self.document)
        }
        // Nobody wants this attempt any more: what it should get was withdrawn.
        guard makings[assignment.attempt] != nil else { return .failure(Failure(.transferFailed, "no such package")) }
        switch scenario.packages[package].fate {
        case .fails(let failureClass): return .failure(Failure(failureClass, "as always"))
        case .flaky(let failureClass, let times) where flaws[package] < times:
            flaws[package] += 1
            count("passing failures")
            return .failure(Failure(failureClass, "not this time"))
        case .bringsNoPackage: return .resolution(Self.document)
        default:
            if task.pack { count("packed") }
            return .package(Self.package)
        }
    }

    private static let document = Scenario.blob("graph")
    private static let package = Scenario.blob("package")
}
