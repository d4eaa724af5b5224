import Shared

/// From a finished build to a package in the binhost.
extension Scheduler {
    /// Asks the shell to check and publish what the attempt brought, unless there is no room.
    mutating func publish(_ id: AttemptID) {
        guard storageProblem == nil, let job = plannedJob(id.job), let run = durable.runs[id.job.run]?.record,
            let attempt = attemptRecord(id), case .finished(let package) = attempt.end
        else { return }
        effects.append(
            .publish(
                Publication(
                    attempt: id, farm: run.request.farm, package: package, cpv: job.cpv, slot: job.slot,
                    repository: job.repository, use: job.use, iuse: job.iuse, restrict: job.restrict,
                    buildID: attempt.buildID, buildKey: job.buildKey)))
    }

    mutating func published(_ id: AttemptID, _ package: PublishedRecord) {
        let wish = wish(of: id.job)
        keepFacts(of: id.job, package)
        if publications.remove(id) != nil { end(id.job, .published, with: package) }
        // A cancelled run's package may have been on its way: it is in the binhost now and serves the others.
        if let wish { share(package, wish) }
    }

    mutating func publicationRefused(_ id: AttemptID, _ failure: Failure) {
        guard publications.remove(id) != nil, var attempt = attemptRecord(id) else { return }
        attempt.end = .failed(failure)
        record(.attempt(id, attempt))
        retry(id.job, after: failure)
    }

    mutating func storageFull(_ reason: String) {
        if storageProblem == nil { effects.append(.note("nothing is published or started: \(reason)")) }
        storageProblem = reason
        // Every publication under way may say the same: one look is enough.
        guard !willProbeStorage else { return }
        willProbeStorage = true
        setTimer(.storage, at: now + policy.storageProbe)
    }

    mutating func storageAvailable() {
        guard storageProblem != nil else { return }
        storageProblem = nil
        effects.append(.note("there is room for packages again"))
        for id in publications.sorted(by: { $0.fence < $1.fence }) { publish(id) }
    }
}
