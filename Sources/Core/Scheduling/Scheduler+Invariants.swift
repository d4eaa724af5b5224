import Shared

/// DESIGN.md's invariants, as far as the core alone can keep them. For tests and simulations: looks at everything.
extension Scheduler {
    package func violations() -> [String] {
        var found: [String] = []
        for id in durable.runs.keys.sorted() { found += violations(of: id) }
        found += leaseViolations()
        found += roomViolations()
        found += queueViolations()
        var leaders: Set<Wish> = []
        for (wish, jobs) in wanted {
            for id in jobs where [.leased, .publishing].contains(durable[id]?.record.state) {
                if !leaders.insert(wish).inserted { found.append("\(id) builds what another job builds") }
            }
        }
        return found
    }

    private func violations(of id: RunID) -> [String] {
        guard let run = durable.runs[id] else { return [] }
        var found: [String] = []
        let states = run.jobs.map(\.record.state)
        if run.record.state.isEnd != (run.record.ended != nil) { found.append("run \(id): state and end differ") }
        let isDone = run.resolving.record.state.isEnd && states.allSatisfy(\.isEnd)
        if run.record.state.isEnd != isDone { found.append("run \(id) is \(run.record.state), its jobs say otherwise") }
        if let progress = progress[id], progress.unfinished != states.count(where: { !$0.isEnd }) {
            found.append("run \(id) counts \(progress.unfinished) unfinished jobs wrongly")
        }
        for job in [JobID.resolving(id)] + run.jobs.indices.map({ JobID(run: id, index: Int32($0)) }) {
            found += violations(of: job).map { "job \(job) (\(name(of: job))): \($0)" }
        }
        return found
    }

    private func violations(of id: JobID) -> [String] {
        guard let job = durable[id] else { return ["does not exist"] }
        var found: [String] = []
        let state = job.record.state
        let live = job.attempts.filter(\.record.isLive)
        if live.count != (state == .leased ? 1 : 0) { found.append("is \(state) with \(live.count) live attempts") }
        if zip(job.attempts, job.attempts.dropFirst()).contains(where: { $0.fence >= $1.fence }) {
            found.append("has attempts whose fences do not grow")
        }
        if let last = job.attempts.last, last.fence > durable.lastFence { found.append("has a fence from the future") }
        for attempt in live where leases[AttemptID(job: id, fence: attempt.fence)] == nil {
            found.append("has a live attempt without a lease")
        }
        if !id.isResolving, state.isAvailable != (job.record.result != nil) {
            found.append("is \(state), its package says otherwise")
        }
        let missing = plannedJob(id)?.waitsFor.filter { durable[JobID(run: id.run, index: $0)]?.record.result == nil }
        if let missing, !missing.isEmpty, [.leased, .publishing, .published].contains(state) {
            found.append("is \(state) before \(missing.count) packages it waits for")
        }
        if !id.isResolving, !state.isEnd {
            found += waitViolations(of: id, job.record, missing: missing?.count ?? 0)
        }
        return found
    }

    /// Nothing waits unexplained.
    private func waitViolations(of id: JobID, _ job: JobRecord, missing: Int) -> [String] {
        guard let run = progress[id.run] else { return ["is unfinished in a run that is not building"] }
        var found: [String] = []
        if run.missing[Int(id.index)] != Int32(missing) { found.append("counts what it waits for wrongly") }
        if missing == 0, cutoff(of: id) != nil { found.append("waits for a build that is there already") }
        let place = run.places[Int(id.index)]
        switch job.state {
        case .waiting where missing > 0:
            if place != .none { found.append("is \(place) while it waits for packages") }
        case .waiting:
            switch place {
            case .none: found.append("waits for nothing and is nowhere")
            case .queued:
                let position = queuePositions[kind(of: id)]
                if position.map({ queues[$0].jobs.elements.contains { $0.id == id } }) != true {
                    found.append("is queued, the queue lacks it")
                }
            case .delayed:
                if !timers.elements.contains(where: { $0.purpose == .retry(id) }) { found.append("is never retried") }
            case .following:
                if leader(of: id) == nil { found.append("waits for a build of the same that nobody does") }
            }
        case .publishing:
            let attempt = job.result == nil ? durable[id]?.attempts.last : nil
            if attempt.map({ publications.contains(AttemptID(job: id, fence: $0.fence)) }) != true {
                found.append("is publishing without a publication")
            }
        default:
            if place != .none { found.append("is \(job.state) and \(place)") }
        }
        return found
    }

    /// What is given of a host never exceeds what it has, and sums are what they are sums of.
    private func roomViolations() -> [String] {
        var found: [String] = []
        var loads: [String: Int] = [:]
        for lease in leases.values { loads[lease.farm, default: 0] += Int(lease.grant.cores) }
        if loads.filter({ $0.value != 0 }) != farmLoads.filter({ $0.value != 0 }) {
            found.append("farms are said to use \(farmLoads), not \(loads)")
        }
        for (name, worker) in workerStates {
            var given = Grant()
            for id in worker.running { if let lease = leases[id] { given += lease.grant } }
            if given != worker.given { found.append("\(name) is said to have given \(worker.given), not \(given)") }
            if worker.countedFree != worker.free(now) {
                found.append("\(name) counts \(worker.countedFree) free slots")
            }
            if worker.record != durable.workers[name] ?? WorkerRecord() {
                found.append("\(name) is not what is stored")
            }
            guard worker.offer != nil, !worker.isOvercommitted else { continue }
            if given.cores > worker.cores { found.append("\(name) has given \(given.cores) of \(worker.cores) cores") }
            // Alone, a job may be too big for every host.
            if worker.memory > 0, given.memory > worker.memory, worker.running.count > 1 {
                found.append("\(name) has given \(given.memory) of \(worker.memory) bytes")
            }
        }
        if freeSlots != workerStates.values.reduce(0, { $0 + $1.countedFree }) {
            found.append("free slots are miscounted")
        }
        if fleet != Fleet(workerStates.values, now) { found.append("the fleet is not \(fleet)") }
        return found
    }

    /// What could be leased is leased, and only what is in a queue counts as ready.
    private func queueViolations() -> [String] {
        var found: [String] = []
        var count = unresolved.count
        var path: Int64 = 0
        for progress in progress.values {
            for position in progress.places.indices where progress.places[position] == .queued {
                count += 1
                path += progress.path[position]
            }
        }
        if count != readyJobs || path != readyPath {
            found.append("\(readyJobs) jobs are said to be ready, not \(count)")
        }
        for queue in queues where isPaused(queue.kind.farm) == nil {
            let isWaiting = queue.jobs.elements.contains { job in
                isQueued(job.id) && durable[job.id]?.record.state == .waiting && kind(of: job.id) == queue.kind
            }
            guard isWaiting, let worker = workerStates.keys.first(where: { fits($0, queue.kind) }) else { continue }
            found.append("\(worker) has room for a job that waits")
        }
        return found
    }

    private func leaseViolations() -> [String] {
        var found: [String] = []
        var held = 0
        for (name, worker) in workerStates {
            held += worker.running.count
            if worker.offer != nil, !worker.isOvercommitted, worker.takenSlots > worker.slots {
                found.append("\(name) builds \(worker.takenSlots) packages in \(worker.slots) slots")
            }
            if worker.trying != worker.running.count(where: { leases[$0]?.hasGivenSlotBack == true }) {
                found.append("\(name) counts \(worker.trying) trial installs wrongly")
            }
            for id in worker.running where leases[id]?.worker != name {
                found.append("\(name) is said to hold \(id), which is not leased to it")
            }
            if let entry = IdleWorker(name, worker, policy, now), !idle.elements.contains(entry) {
                found.append("\(name) has room that nobody sees")
            }
        }
        if held != leases.count { found.append("\(leases.count) leases, \(held) held") }
        for (id, lease) in leases {
            if attemptRecord(id)?.isLive != true { found.append("\(id) is leased after its end") }
            if !timers.elements.contains(where: { $0.purpose == .lease(id) && $0.at <= lease.deadline }) {
                found.append("\(id) never expires")
            }
        }
        return found
    }
}
