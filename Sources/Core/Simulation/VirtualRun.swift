import Shared

/// One run on a virtual farm, from its plan to its end.
struct VirtualRun {
    let plan: Plan
    let hosts: [VirtualFarm.Host]
    /// In place of the remaining paths; nil for these.
    let priorities: [Int64]?
    let cores: VirtualFarm.Cores
    let prefersLocality: Bool
    /// Milliseconds of a job with these cores.
    let duration: (Int, Int32) -> Int64

    struct Result {
        var makespan: Int64
        /// Of each job, milliseconds and the cores that it had.
        var walls: [Int64]
        var cores: [Int32]
        /// Packages that a host got for a build's root and had not got before.
        var sent: Int
    }

    private struct Ending: Comparable {
        var at: Int64
        var attempt: AttemptID
        var worker: WorkerName
        var wall: Int64
        var cores: Int32

        static func < (left: Ending, right: Ending) -> Bool {
            left.at == right.at ? left.attempt.fence < right.attempt.fence : left.at < right.at
        }
    }

    private struct Sending: Hashable {
        var package: ContentDigest
        var worker: WorkerName
    }

    private static let lease: Int64 = 1_000_000_000_000
    private static let run = RunID(rawValue: 1)

    func result() throws -> Result {
        // Nobody is lost here: leases last.
        var scheduler = Scheduler(
            policy: Policy { policy in
                policy.lease = Self.lease
                policy.priorities = priorities
                policy.cores = cores == .fixed ? .fixed : .shared
                policy.prefersLocality = prefersLocality
            }, now: Instant(milliseconds: 0))
        var now: Int64 = 0
        var events: [Event] = [.started]
        for (index, host) in hosts.enumerated() {
            let offer = Offer(
                slots: host.slots, cores: host.cores, memory: 1 << 50, hostname: "host\(index)", version: "", engine: ""
            )
            events.append(.workerConnected(WorkerName(rawValue: "host\(index)"), offer, held: []))
        }
        events.append(.runSubmitted(Self.run, Self.request))
        var building = Heap<Ending>()
        var wake: Int64?
        var walls = [Int64](repeating: 0, count: plan.jobs.count)
        var given = [Int32](repeating: 1, count: plan.jobs.count)
        var sent: Set<Sending> = []
        while true {
            var next = 0
            while next < events.count {
                let effects = scheduler.handle(events[next], now: Instant(milliseconds: now))
                next += 1
                for effect in effects {
                    switch effect {
                    case .assign(let worker, let assignment):
                        if case .build(let task) = assignment.work {
                            for dependency in task.dependencies {
                                sent.insert(Sending(package: dependency.package.digest, worker: worker))
                            }
                            let wall = duration(Int(assignment.attempt.job.index), task.jobs)
                            building.push(
                                Ending(
                                    at: now + wall, attempt: assignment.attempt, worker: worker, wall: wall,
                                    cores: task.jobs))
                        } else {
                            events.append(
                                .attemptFinished(
                                    worker, assignment.attempt, .resolution(Self.request.image), Resources()))
                        }
                    case .plan: events.append(.planned(Self.run, plan))
                    case .publish(let publication):
                        let record = PublishedRecord(
                            cpv: publication.cpv, buildID: publication.buildID, path: publication.cpv.description,
                            package: publication.package, buildKey: publication.buildKey)
                        events.append(.published(publication.attempt, record))
                    case .wake(let instant): wake = instant.milliseconds
                    default: break
                    }
                }
            }
            // Its leases' ends are the end of the world; anything earlier is the scheduler's own wish.
            if let at = wake, at < Self.lease, at <= building.first?.at ?? at {
                wake = nil
                now = max(now, at)
                events = [.tick]
                continue
            }
            guard let ending = building.pop() else { break }
            now = ending.at
            walls[Int(ending.attempt.job.index)] = ending.wall
            given[Int(ending.attempt.job.index)] = ending.cores
            let used = Resources(wall: ending.wall, cpu: ending.wall)
            let name = plan.jobs[Int(ending.attempt.job.index)].cpv.description
            let package = Blob(digest: ContentHasher.digest(Array(name.utf8)), size: 1)
            events = [.attemptFinished(ending.worker, ending.attempt, .package(package), used)]
        }
        guard scheduler.durable.runs[Self.run]?.record.state == .succeeded else {
            throw VirtualFarm.Stall(description: "the virtual farm stopped: \(stall(scheduler))")
        }
        return Result(makespan: now, walls: walls, cores: given, sent: sent.count)
    }

    private func stall(_ scheduler: Scheduler) -> String {
        for index in -1..<Int32(plan.jobs.count) {
            guard let job = scheduler.status(of: JobID(run: Self.run, index: index)) else { continue }
            if let waits = job.waitsBecause { return waits }
            if let failure = job.failure { return failure.description }
        }
        return scheduler.durable.runs[Self.run]?.record.failure?.description ?? "nobody knows why"
    }

    private static let request = RunRequest(
        farm: "virtual", targets: [], emptytree: true,
        image: Blob(digest: ContentHasher.digest([]), size: 0), resolveLimits: Limits(), buildLimits: Limits(),
        submittedBy: "simulation")
}
