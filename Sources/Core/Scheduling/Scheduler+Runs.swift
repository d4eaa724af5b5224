import Shared

/// Runs from their submission to their end.
extension Scheduler {
    mutating func submit(_ id: RunID, _ request: RunRequest) {
        guard durable.runs[id] == nil else { return }
        record(.run(id, RunRecord(request: request, submitted: now)))
        enqueue(.resolving(id))
    }

    /// Asks the shell for a plan of what was resolved.
    mutating func askForPlan(_ attempt: AttemptID, _ document: Blob) {
        planning[attempt.job.run] = [:]
        effects.append(.plan(attempt, attempt.job.run, document))
    }

    mutating func take(_ made: Plan, for id: RunID) {
        let meanwhile = planning.removeValue(forKey: id) ?? [:]
        guard var run = durable.runs[id], run.record.state == .resolving else { return }
        var plan = made
        if let defect = plan.defect {
            return failResolving(id, Failure(.resolveFailed, "the plan is damaged: \(defect)"))
        }
        Self.use(meanwhile, in: &plan)
        update(.resolving(id)) { [now] job in
            job.state = .published
            job.ended = now
        }
        record(.plan(id, plan, at: now))
        run.record.state = .building
        record(.run(id, run.record))
        // What a second pass replaces may have the other one's package: that is not what its own build would give.
        let replaced = Set(plan.jobs.compactMap(\.replaces))
        for job in plan.jobs where !replaced.contains(job.index) {
            // Found by what its dependencies look like, or taken over: the next plan finds it by its build key.
            guard job.cached?.buildKey != job.buildKey || job.adoptedFrom != nil else { continue }
            if let package = job.cached { _ = keepFacts(ofCutOff: JobID(run: id, index: job.index), package) }
        }
        for job in plan.jobs { keepBuildIDsAhead(of: job.cached, farm: run.record.request.farm) }
        beginBuilding(id)
        endCutOff(in: id)
        for job in plan.jobs where job.refusal != nil && job.cached == nil {
            skipDependents(of: JobID(run: id, index: job.index))
        }
        endIfDone(id)
    }

    mutating func failResolving(_ id: RunID, _ failure: Failure) {
        planning[id] = nil
        guard var run = durable.runs[id], run.record.state == .resolving else { return }
        update(.resolving(id)) { [now] job in
            job.state = .failed
            job.failure = failure
            job.ended = now
        }
        place(.resolving(id), .none)
        run.record.failure = failure
        end(id, run.record, .failed)
    }

    mutating func cancel(_ id: RunID) {
        guard let run = durable.runs[id], !run.record.state.isEnd else { return }
        planning[id] = nil
        var open: [JobID] = run.resolving.record.state.isEnd ? [] : [.resolving(id)]
        for index in run.jobs.indices where !run.jobs[index].record.state.isEnd {
            open.append(JobID(run: id, index: Int32(index)))
        }
        for job in open {
            if let attempt = liveAttempt(of: job), let worker = leases[attempt]?.worker {
                endLease(attempt, as: .cancelled)
                effects.append(.revoke(worker, attempt, reason: "run \(id) was cancelled"))
            }
        }
        publications = publications.filter { $0.job.run != id }
        for job in open {
            update(job) { [now] record in
                record.state = .cancelled
                record.ended = now
                record.notBefore = nil
            }
            place(job, .none)
            gathered.remove(job)
            forgetWish(of: job)
        }
        end(id, run.record, .cancelled)
    }

    /// Works out what can start; after a restart too.
    mutating func beginBuilding(_ id: RunID) {
        guard let run = durable.runs[id], let plan = run.plan else { return }
        progress[id] = Progress(plan: plan, jobs: run.jobs, policy: policy)
        for job in plan.jobs where !run.jobs[Int(job.index)].record.state.isEnd {
            wanted[Wish(job, of: run.record.request), default: []]
                .append(JobID(run: id, index: job.index))
        }
        for index in run.jobs.indices { enqueueIfReady(JobID(run: id, index: Int32(index))) }
    }

    mutating func endIfDone(_ id: RunID) {
        guard let run = durable.runs[id], run.record.state == .building, progress[id]?.unfinished == 0 else { return }
        let isComplete = run.jobs.allSatisfy(\.record.state.isAvailable)
        end(id, run.record, isComplete ? .succeeded : .failed)
    }

    private mutating func end(_ id: RunID, _ record: RunRecord, _ state: RunState) {
        var ended = record
        ended.state = state
        ended.ended = now
        progress[id] = nil
        self.record(.run(id, ended))
        effects.append(.note("run \(id) \(state.rawValue)"))
        withdrawReplaced(farm: record.request.farm)
    }

    /// While the plan was made, other runs went on: what they got is cached here. It is still there, as nothing of a farm is
    /// withdrawn while a run goes on. What was there before the planner has seen; where it did not take it, it may be gone.
    private static func use(_ known: [ContentDigest: PublishedRecord], in plan: inout Plan) {
        guard !known.isEmpty else { return }
        for index in plan.jobs.indices where plan.jobs[index].cached == nil && !plan.jobs[index].isForced {
            guard let package = known[plan.jobs[index].buildKey] else { continue }
            plan.jobs[index].cached = package
            plan.jobs[index].reason = "cached: \(package.path)"
        }
    }

    /// A package that is there already may have an id that this coordinator never gave out.
    mutating func keepBuildIDsAhead(of published: PublishedRecord?, farm: String) {
        if let published { keepBuildIDsAhead(of: published.cpv, published.buildID, farm: farm) }
    }

    mutating func keepBuildIDsAhead(of cpv: CPV, _ buildID: Int32, farm: String) {
        if buildID > durable.buildIDs[Snapshot.FarmPackage(farm: farm, cpv: cpv)] ?? 0 {
            record(.buildID(farm: farm, cpv, buildID))
        }
    }
}
