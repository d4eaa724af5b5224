import Shared

/// From a finished build to a package in the binhost.
extension Scheduler {
    /// Asks the shell to check and publish what the attempt brought, unless there is no room.
    mutating func publish(_ id: AttemptID) {
        guard let job = plannedJob(id.job), let run = durable.runs[id.job.run]?.record,
            let attempt = attemptRecord(id), case .finished(let package) = attempt.end,
            isPaused(run.request.farm) == nil
        else { return }
        effects.append(
            .publish(
                Publication(
                    attempt: id, farm: run.request.farm, package: package, format: run.request.format, cpv: job.cpv,
                    slot: job.slot, repository: job.repository, use: job.use, iuse: job.iuse,
                    restrict: job.restrict, buildID: attempt.buildID, buildKey: job.buildKey)))
    }

    mutating func published(_ id: AttemptID, _ package: PublishedRecord) {
        let wish = wish(of: id.job)
        // Said twice, it counts once.
        if durable[id.job]?.record.result == nil { keepFacts(of: id.job, package) }
        if publications.remove(id) != nil {
            end(id.job, .published, with: package)
        } else {
            // A cancelled run's package may have been on its way: it is in the binhost now and serves the others.
            tellPlanning(package, of: id.job)
        }
        if let wish { share(package, wish) }
    }

    mutating func publicationRefused(_ id: AttemptID, _ failure: Failure) {
        guard publications.remove(id) != nil, var attempt = attemptRecord(id) else { return }
        attempt.end = .failed(failure)
        record(.attempt(id, attempt))
        judge(id, attempt, at: attempt.worker)
        retry(id.job, after: failure)
    }

    /// A plan that is being made may not know of it.
    mutating func tellPlanning(_ package: PublishedRecord, of id: JobID) {
        guard !planning.isEmpty, let request = durable.runs[id.run]?.record.request else { return }
        for run in planning.keys where durable.runs[run]?.record.request.shares(with: request) == true {
            // One build key has one package, but for one that a restart built again: the newest.
            guard package.buildID > planning[run]?[package.buildKey]?.buildID ?? 0 else { continue }
            planning[run]?[package.buildKey] = package
        }
    }
}
