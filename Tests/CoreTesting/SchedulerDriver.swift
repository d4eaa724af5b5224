package import Shared
package import Testing

package import Core

/// Drives a scheduler as a shell would: applies what it stores, keeps what it assigns, and checks the invariants after
/// each event. Workers are only names here; the test says what they do.
package struct SchedulerDriver {
    package var scheduler: Scheduler
    /// What a database would hold.
    package var stored = Snapshot()
    /// Everything that was to be stored, in order.
    package var changes: [Change] = []
    package var now = Instant(milliseconds: 1_000_000)
    /// Assignments not ended yet, in the order in which they were given.
    package var assigned: [(worker: WorkerName, assignment: Assignment)] = []
    /// Publications asked for and not answered.
    package var publications: [Publication] = []
    /// Paths that were to be taken out of the binhost.
    package var withdrawn: [String] = []
    package var wake: Instant?
    /// Of the runs that are submitted.
    package var buildLimits = Limits(memory: 1 << 30)
    package var format = BinpkgFormat.gpkg

    package init(policy: Policy = Policy()) {
        scheduler = Scheduler(policy: policy, now: now)
    }

    @discardableResult
    package mutating func send(_ event: Event, sourceLocation: SourceLocation = #_sourceLocation) -> [Effect] {
        let effects = scheduler.handle(event, now: now)
        for effect in effects {
            switch effect {
            case .persist(let change):
                stored.apply(change)
                changes.append(change)
            case .assign(let worker, let assignment): assigned.append((worker, assignment))
            case .publish(let publication): publications.append(publication)
            case .wake(let instant): wake = instant
            case .withdraw(_, let paths): withdrawn += paths
            case .settle, .revoke, .welcome, .plan, .probeStorage, .note: break
            }
        }
        let violations = scheduler.violations()
        #expect(violations == [], sourceLocation: sourceLocation)
        #expect(stored == scheduler.durable, "what was stored is not what is known", sourceLocation: sourceLocation)
        return effects
    }

    /// Lets time pass, with a tick where one was asked for.
    @discardableResult
    package mutating func pass(_ milliseconds: Int64) -> [Effect] {
        let end = now + milliseconds
        var effects: [Effect] = []
        while let next = wake, next <= end {
            now = max(now, next)
            wake = nil
            effects += send(.tick)
        }
        now = end
        return effects
    }

    /// The coordinator is killed and started again.
    @discardableResult
    package mutating func restart() -> [Effect] {
        scheduler = Scheduler(restoring: stored, policy: scheduler.policy, now: now)
        publications = []
        wake = nil
        return send(.started)
    }

    package mutating func connect(_ name: String, slots: Int32 = 1, held: [HeldAttempt] = []) -> [Effect] {
        send(.workerConnected(WorkerName(rawValue: name), offer(slots: slots), held: held))
    }

    package mutating func submit(_ id: Int64 = 1, farm: String = "test", priority: Int32 = 0) {
        var request = request(farm: farm)
        request.priority = priority
        request.buildLimits = buildLimits
        request.format = format
        send(.runSubmitted(RunID(rawValue: id), request))
    }

    /// Submits a run and gives it this plan, as if a worker had resolved it.
    @discardableResult
    package mutating func run(_ id: Int64 = 1, _ plan: Plan, farm: String = "test", priority: Int32 = 0) -> [Effect] {
        let resolver = "resolver-\(id)"
        submit(id, farm: farm, priority: priority)
        _ = connect(resolver)
        finish("resolving \(id)", .resolution(blob("graph \(id)")))
        send(.workerLeft(WorkerName(rawValue: resolver)))
        forget(resolver)
        return send(.planned(RunID(rawValue: id), plan))
    }

    /// Ends the assigned attempt that builds `name` (or resolves).
    @discardableResult
    package mutating func finish(
        _ name: String, _ outcome: Outcome? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [Effect] {
        guard let position = assigned.firstIndex(where: { self.name(of: $0.assignment) == name }) else {
            Issue.record("nobody builds \(name); building: \(building)", sourceLocation: sourceLocation)
            return []
        }
        let (worker, assignment) = assigned.remove(at: position)
        return send(
            .attemptFinished(worker, assignment.attempt, outcome ?? .package(blob(name)), Resources(wall: 1)),
            sourceLocation: sourceLocation)
    }

    /// Finishes and publishes.
    @discardableResult
    package mutating func build(
        _ name: String, output: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [Effect] {
        finish(name, sourceLocation: sourceLocation)
        return publish(name, output: output, sourceLocation: sourceLocation)
    }

    /// - Parameter output: what dependents can see of the package.
    @discardableResult
    package mutating func publish(
        _ name: String, output: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [Effect] {
        guard let position = publications.firstIndex(where: { $0.cpv.name == name }) else {
            Issue.record("\(name) is not to be published", sourceLocation: sourceLocation)
            return []
        }
        let publication = publications.remove(at: position)
        var record = publication.record
        record.output = output.map { ContentHasher.digest(Array("\(publication.cpv.cp) \($0)".utf8)) }
        return send(.published(publication.attempt, record), sourceLocation: sourceLocation)
    }

    /// What the worker that builds it says of it.
    package func held(_ name: String) -> [HeldAttempt] {
        attempt(name).map { [HeldAttempt(attempt: $0, phase: .building, finished: false)] } ?? []
    }

    /// Lets time pass while the worker renews its lease of a build.
    package mutating func keep(_ name: String, at worker: WorkerName, for milliseconds: Int64) {
        let end = now + milliseconds
        while now < end {
            send(.renewed(worker, held(name)))
            pass(min(10_000, end - now))
        }
    }

    /// Forgets assignments that a worker has lost.
    package mutating func forget(_ worker: String) { assigned.removeAll { $0.worker.rawValue == worker } }

    /// What is being built, in the order in which it was assigned.
    package var building: [String] { assigned.map { name(of: $0.assignment) } }

    package func attempt(_ name: String) -> AttemptID? {
        assigned.last { self.name(of: $0.assignment) == name }?.assignment.attempt
    }

    package func task(_ name: String) -> BuildTask? {
        for (_, assignment) in assigned {
            if case .build(let task) = assignment.work, task.cpv.name == name { return task }
        }
        return nil
    }

    package func name(of assignment: Assignment) -> String {
        switch assignment.work {
        case .resolve: "resolving \(assignment.attempt.job.run)"
        case .image: "an image for \(assignment.attempt.job.run)"
        case .build(let task): task.cpv.name
        }
    }

    /// `["a": .published, …]`
    package func states(_ run: Int64 = 1) -> [String: JobState] {
        var states: [String: JobState] = [:]
        for job in stored.runs[RunID(rawValue: run)]?.plan?.jobs ?? [] {
            states[job.cpv.name] = scheduler.state(of: JobID(run: RunID(rawValue: run), index: job.index))
        }
        return states
    }

    package func job(_ name: String, run: Int64 = 1) -> JobView? {
        let jobs = stored.runs[RunID(rawValue: run)]?.plan?.jobs ?? []
        return jobs.first { $0.cpv.name == name }.flatMap {
            scheduler.status(of: JobID(run: RunID(rawValue: run), index: $0.index))
        }
    }

    /// What a planner finds published now.
    package var known: KnownPackages {
        var packages: [ContentDigest: KnownPackage] = [:]
        for case .package(_, let record, let facts, _) in changes where !withdrawn.contains(record.path) {
            packages[record.buildKey] = KnownPackage(record: record, facts: facts)
        }
        return KnownPackages(Array(packages.values))
    }

    package func runState(_ run: Int64 = 1) -> RunState? { stored.runs[RunID(rawValue: run)]?.record.state }
}

extension Publication {
    /// As a binhost would answer.
    package var record: PublishedRecord {
        PublishedRecord(
            cpv: cpv, buildID: buildID, path: "\(BinpkgPath(cpv, buildID: Int(buildID), format: format))",
            package: package, buildKey: buildKey)
    }
}

package func offer(slots: Int32) -> Offer {
    Offer(slots: slots, cores: 2 * slots, memory: 1 << 30, hostname: "host", version: "1", engine: "podman 4.3.1")
}

package func request(farm: String = "test") -> RunRequest {
    RunRequest(
        farm: farm, targets: ["@world"], emptytree: true, image: blob("image"), resolveLimits: Limits(),
        buildLimits: Limits(memory: 1 << 30), submittedBy: "operator")
}

package func blob(_ name: String) -> Blob {
    Blob(digest: ContentHasher.digest(Array(name.utf8)), size: Int64(name.utf8.count))
}

/// A plan in a few words: `plan("a:", "b: a")`, b needs a to be built; `seconds` gives expected durations, of builds that
/// more cores make no faster.
package func plan(_ lines: String..., seconds: [String: Int64] = [:], epoch: UInt8 = 1) throws -> Plan {
    try plan(lines, seconds: seconds, epoch: epoch)
}

package func plan(_ lines: [String], seconds: [String: Int64] = [:], epoch: UInt8 = 1) throws -> Plan {
    let sketch = lines.map { line in
        let words = line.split(separator: " ")
        return ([String(words[0])] + words.dropFirst().map { "b:\($0)" }).joined(separator: " ")
    }
    var graph = graph(sketch)
    graph.foundation = ContentHasher.digest([epoch])
    return try Planner(
        expected: { seconds[$0.name].map { Expectation(duration: $0 * 1000, cpu: $0 * 1000, cores: 2) } }
    ).plan(graph)
}
