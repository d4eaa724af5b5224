import Shared

/// What the ends of attempts tell about workers.
extension Scheduler {
    /// Learns the host's speed from a finished build, and whether the worker can be trusted from all.
    mutating func judge(_ id: AttemptID, _ attempt: AttemptRecord, at name: WorkerName) {
        switch attempt.end {
        case .finished:
            learnSpeed(of: name, from: attempt, of: id.job)
            if workerStates[name]?.record.conduct != Conduct() {
                update(name) { [now, policy] in $0.conduct.succeeded(now, policy) }
            }
            refute(id.job, exceptAt: name)
        case .failed(let failure): blame(name, for: id.job, failure, lost: false)
        case .lost(let reason): blame(name, for: id.job, Failure(.workerLost, reason), lost: true)
        case .released, .cancelled, nil: break
        }
    }

    private mutating func blame(_ name: WorkerName, for id: JobID, _ failure: Failure, lost: Bool) {
        let text = self.name(of: id)
        changeConduct(of: name) { conduct, now, policy in conduct.failed(text, failure, lost: lost, now, policy) }
    }

    /// The job failed elsewhere and has been built here: it was not the package's fault.
    private mutating func refute(_ id: JobID, exceptAt builder: WorkerName) {
        guard let attempts = durable[id]?.attempts, attempts.count > 1 else { return }
        let text = name(of: id)
        var refuted: [WorkerName] = []
        for attempt in attempts.lazy.map(\.record) where attempt.worker != builder {
            guard let failureClass = attempt.failureClass, [.buildFailed, .invalidPackage].contains(failureClass),
                !refuted.contains(attempt.worker)
            else { continue }
            refuted.append(attempt.worker)
        }
        for worker in refuted {
            changeConduct(of: worker) { conduct, now, policy in conduct.wasRefuted(text, now, policy) }
        }
    }

    /// Where it failed, it failed rightly: another worker could not build it either.
    mutating func confirmFailure(of id: JobID) {
        guard let attempts = durable[id]?.attempts else { return }
        let workers = Set(attempts.lazy.map(\.record).filter { $0.failureClass == .buildFailed }.map(\.worker))
        guard workers.count > 1 else { return }
        let text = name(of: id)
        for worker in workers.sorted() { update(worker) { $0.conduct.wasConfirmed(text) } }
    }

    /// Sets a worker aside when it comes to that, but never the last one.
    private mutating func changeConduct(of name: WorkerName, _ change: (inout Conduct, Instant, Policy) -> Void) {
        let isUsable = workerStates[name]?.isUsable(now) == true
        let hasOthers = fleet.usable > (isUsable ? 1 : 0)
        let before = durable.workers[name]?.conduct.aside
        update(name) { [now, policy] worker in
            let untouched = worker.conduct
            change(&worker.conduct, now, policy)
            if worker.conduct.isAside(now), !untouched.isAside(now), !hasOthers { worker.conduct.keep(untouched) }
        }
        guard let aside = durable.workers[name]?.conduct.aside, aside != before else { return }
        setTimer(.probe(name), at: aside.until)
        effects.append(.note("worker \(name) is set aside for \((aside.until - now).inWords): \(aside.reason)"))
    }

    /// A worker's failed build is the package's fault, unless there is reason to doubt the worker: then another one tries.
    func deservesSecondOpinion(_ id: JobID, _ job: Snapshot.Job, _ failure: Failure) -> Bool {
        guard failure.failureClass == .buildFailed, let worker = job.attempts.last?.record.worker,
            job.attempts.count(where: { $0.record.failureClass == .buildFailed }) == 1,
            let conduct = workerStates[worker]?.record.conduct, conduct.isSuspicious || conduct.aside != nil
        else { return false }
        let failed = Set(job.attempts.lazy.filter { $0.record.failureClass != nil }.map(\.record.worker))
        return mayGoElsewhere(kind(of: id).need, than: failed)
    }

    /// Connected, resumed, or its time aside is over.
    mutating func becomeUsable(_ name: WorkerName) {
        fleetChanged()
        offerRoom(of: name)
    }

    /// There is no other worker than those that are set aside: the one whose time ends first is probed now.
    mutating func probeTheLast() {
        let asides = workerStates.compactMap { name, worker -> (until: Instant, name: WorkerName)? in
            guard worker.connected, worker.slots > 0, !worker.record.drained, let aside = worker.record.conduct.aside
            else {
                return nil
            }
            return (aside.until, name)
        }
        guard let first = asides.min(by: { $0.until == $1.until ? $0.name < $1.name : $0.until < $1.until }) else {
            return
        }
        update(first.name) { [now] in $0.conduct.probeNow(now) }
    }

    private mutating func learnSpeed(of name: WorkerName, from attempt: AttemptRecord, of id: JobID) {
        guard let expected = plannedJob(id)?.expected, let wall = attempt.resources?.wall,
            expected.duration >= policy.tellingDuration
        else { return }
        let time = BuildModel(expected, policy).time(cores: attempt.cores)
        workerStates[name]?.speed.learn(expected: time, took: wall)
        guard let speed = workerStates[name]?.speed, let stored = workerStates[name]?.record.speed else { return }
        // Stored when it says something new, not after each build.
        if abs(speed.factor / stored.factor - 1) > 0.03 || speed.isKnown != stored.isKnown {
            update(name) { $0.speed = speed }
        }
    }

    /// Why an attempt's time was limited as it was; empty when it is the farm's limit.
    func explanation(of id: AttemptID) -> String {
        guard let limit = attemptRecord(id)?.timeLimit, let expected = plannedJob(id.job)?.expected else { return "" }
        let farm = durable.runs[id.job.run]?.record.request.buildLimits.timeout?.milliseconds
        guard farm.map({ limit < $0 }) ?? true else { return "" }
        return " (limit \(limit.inWords), from the \(expected.duration.inWords) of earlier builds; "
            + (farm.map { "the farm's is \($0.inWords))" } ?? "the farm has none)")
    }
}

extension Int64 {
    /// Milliseconds, as people say it: `40 s`, `12 min`, `3 h 5 min`.
    var inWords: String {
        let seconds = (self + 500) / 1000
        if seconds < 120 { return "\(seconds) s" }
        let minutes = (seconds + 30) / 60
        if minutes < 120 { return "\(minutes) min" }
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// Bytes, as people say it: `1.2 GiB`.
    var inBytes: String {
        guard self >= 1 << 30 else { return "\(self >> 20) MiB" }
        let tenths = (self * 10) >> 30
        return tenths % 10 == 0 ? "\(tenths / 10) GiB" : "\(tenths / 10).\(tenths % 10) GiB"
    }
}
