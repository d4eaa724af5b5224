import Shared

/// Jobs from waiting to their end.
extension Scheduler {
    /// Queues the job when it waits for nothing but a worker, or for the time of its next attempt.
    mutating func enqueueIfReady(_ id: JobID) {
        guard let job = durable[id]?.record, job.state == .waiting else { return }
        if !id.isResolving {
            guard let run = progress[id.run], run.missing[Int(id.index)] == 0 else { return }
        }
        if let notBefore = job.notBefore, notBefore > now {
            place(id, .delayed)
            setTimer(.retry(id), at: notBefore)
        } else {
            enqueue(id)
        }
    }

    /// The job has its package: built now, or by another run. So may others behind it that need not be built then.
    mutating func end(_ id: JobID, _ state: JobState, with package: PublishedRecord, reason: String? = nil) {
        var behind = endAlone(id, state, with: package, reason: reason)
        while let next = behind.popLast() {
            let same = keepFacts(ofCutOff: next.id, next.package)
            behind += endAlone(next.id, .cached, with: same, reason: Planner.cutoffReason(same))
        }
        endIfDone(id.run)
    }

    /// Gives the jobs that have all they wait for now, and a package that is there already.
    private mutating func endAlone(
        _ id: JobID, _ state: JobState, with package: PublishedRecord, reason: String?
    ) -> [(id: JobID, package: PublishedRecord)] {
        update(id) { [now] job in
            job.state = state
            job.result = package
            job.failure = nil
            job.notBefore = nil
            job.ended = now
            if let reason { job.reason = reason }
        }
        tellPlanning(package, of: id)
        place(id, .none)
        forgetWish(of: id)
        progress[id.run]?.ended(id.index)
        var cutOff: [(id: JobID, package: PublishedRecord)] = []
        for dependent in progress[id.run]?.becameAvailable(id.index) ?? [] {
            let next = JobID(run: id.run, index: dependent)
            if let same = cutoff(of: next) { cutOff.append((next, same)) } else { enqueueIfReady(next) }
        }
        return cutOff
    }

    /// The job has failed for good.
    mutating func fail(_ id: JobID, _ failure: Failure) {
        if id.isResolving { return failResolving(id.run, failure) }
        update(id) { [now] job in
            job.state = .failed
            job.failure = failure
            job.notBefore = nil
            job.ended = now
        }
        effects.append(.note("run \(id.run): \(name(of: id)) failed: \(failure)"))
        place(id, .none)
        forgetWish(of: id)
        progress[id.run]?.ended(id.index)
        skipDependents(of: id)
        endIfDone(id.run)
    }

    /// All that cannot be built without the failed job, however far behind it.
    mutating func skipDependents(of failed: JobID) {
        let reason = "skipped: \(name(of: failed)) failed"
        var stack = [failed.index]
        while let index = stack.popLast() {
            for dependent in progress[failed.run]?.dependents(of: index) ?? [] {
                let id = JobID(run: failed.run, index: dependent)
                guard durable[id]?.record.state == .waiting else { continue }
                update(id) { [now] job in
                    job.state = .skipped
                    job.reason = reason
                    job.ended = now
                }
                forgetWish(of: id)
                progress[id.run]?.ended(id.index)
                stack.append(dependent)
            }
        }
    }

    /// An attempt ended without a package: tries again, later and perhaps elsewhere, or gives up.
    mutating func retry(_ id: JobID, after failure: Failure) {
        guard let job = durable[id] else { return }
        var delay = Retry.delay(after: failure, job.attempts, policy)
        if delay == nil, deservesSecondOpinion(id, job, failure) { delay = 0 }
        guard let delay else {
            confirmFailure(of: id)
            return fail(id, failure)
        }
        update(id) { [now] job in
            job.state = .waiting
            job.failure = failure
            job.notBefore = delay > 0 ? now + delay : nil
        }
        releaseFollowers(of: id)
        enqueueIfReady(id)
    }
}

/// Several runs that want the same package.
extension Scheduler {
    func wish(of id: JobID) -> Wish? {
        guard !id.isResolving, let run = durable.runs[id.run], let plan = run.plan,
            plan.jobs.indices.contains(Int(id.index))
        else { return nil }
        return Wish(plan.jobs[Int(id.index)], of: run.record.request)
    }

    /// The job of another run that builds or publishes the same now.
    func leader(of id: JobID) -> JobID? {
        guard let wish = wish(of: id) else { return nil }
        return wanted[wish]?.first { other in
            guard other != id, let state = durable[other]?.record.state else { return false }
            return state == .leased || state == .publishing
        }
    }

    /// The job does not want its package any more; who waited for its build may try.
    mutating func forgetWish(of id: JobID) {
        guard let wish = wish(of: id) else { return }
        wanted[wish]?.removeAll { $0 == id }
        if wanted[wish]?.isEmpty == true { wanted[wish] = nil }
        releaseFollowers(of: id)
    }

    mutating func releaseFollowers(of id: JobID) {
        guard let wish = wish(of: id) else { return }
        for other in wanted[wish] ?? []
        where progress[other.run]?.places[Int(other.index)] == .following {
            place(other, .none)
            enqueueIfReady(other)
        }
    }

    /// Gives a package that joined the binhost to every other job that wants it.
    mutating func share(_ package: PublishedRecord, _ wish: Wish) {
        for other in wanted[wish] ?? []
        where durable[other]?.record.state == .waiting && plannedJob(other)?.isForced != true {
            end(other, .cached, with: package, reason: "cached: \(package.path)")
        }
    }
}

extension Snapshot.Job {
    var live: Snapshot.Attempt? { attempts.last.flatMap { $0.record.isLive ? $0 : nil } }
}
