internal import Logging
internal import Shared
internal import SystemPackage

/// Carries an attempt out, from its assignment to an outcome on disk.
struct AttemptRun: Sendable {
    let task: AttemptTask
    let context: WorkerContext
    let log: LogSpool
    let disk: DiskMeter
    let entered: @Sendable (Phase) async -> Void

    private var directory: AttemptDirectory { AttemptDirectory(task.attempt, in: context.attempts) }

    /// Never fails: a failure is an outcome too. nil when the attempt was cancelled.
    func run() async -> AttemptRecord? {
        let started = ContinuousClock.now
        let stages = StageClock()
        let outcome: Outcome
        do {
            outcome = try await carryOut(started, stages)
        } catch let failure as Failure {
            outcome = .failure(failure)
        } catch {
            if Task.isCancelled { return nil }
            outcome = .failure(Self.failure(error))
        }
        if case .failure(let failure) = outcome { await log.note("\(failure)") }
        do {
            try await log.finish()
        } catch {
            context.logger.warning(
                "the log's end is lost", metadata: ["path": "\(directory.log)", "error": "\(error)"])
        }
        var record = AttemptRecord(attempt: task.attempt, outcome: outcome)
        record.resources = await resources(started)
        if case .build = task.work {
            record.evidence = await EvidenceCollector(directory: directory).collect(
                stages.finish(), failed: outcome.blob == nil)
        }
        do {
            try record.write(to: directory.record)
        } catch {
            context.logger.error("outcome not saved", metadata: ["path": "\(directory.record)", "error": "\(error)"])
        }
        await keepWork(of: record)
        await removeTemporary()
        return record
    }

    private func carryOut(
        _ started: ContinuousClock.Instant, _ stages: StageClock
    ) async throws -> Outcome {
        let entered: @Sendable (Phase) async -> Void = { [entered] phase in
            stages.enter(phase.rawValue)
            await entered(phase)
        }
        let supervisor = ContainerSupervisor(
            context: context, name: "\(task.attempt.fence)", subject: "\(task.attempt)", directory: directory, log: log,
            limits: task.limits, cores: task.cores, disk: disk,
            deadline: task.limits.timeout.map { started + $0 },
            marked: { line in
                if line.hasPrefix(BuildScript.Marker.building) { await entered(.building) }
                if line.hasPrefix(BuildScript.Marker.trying) { await entered(.trial) }
                guard let stage = BuildStage.begun(by: line) else { return }
                stages.enter(stage)
                // All is built and installed, and nothing removed yet. The build's output waits meanwhile, which is not long.
                if stage == "package" { _ = await disk.measure() }
            })
        if let image = task.registryImage { await context.images.learn(image, of: task.image) }
        switch task.work {
        case .resolve(let resolve):
            return try await ResolveRunner(
                task: resolve, image: task.image, context: context, directory: directory, supervisor: supervisor,
                entered: entered
            ).run()
        case .image(let making):
            return try await ImageRunner(
                attempt: task.attempt, task: making, below: task.image, context: context, directory: directory,
                supervisor: supervisor, entered: entered
            ).run()
        case .build(let build):
            return try await BuildRunner(
                attempt: task.attempt, task: build, image: task.image, context: context, directory: directory,
                supervisor: supervisor,
                entered: entered
            ).run()
        }
    }

    /// Errors of this host's own, told apart as far as they are known.
    static func failure(_ error: any Error) -> Failure {
        switch error {
        // No other worker would get it either.
        case TransferError.missing: Failure(.dependencyMissing, "\(error)")
        case let error as TransferError: Failure(.transferFailed, "\(error)")
        case let error as Errno where error == .noSpace: Failure(.outOfDisk, "this host's disk is full")
        // Not the package's fault: another worker may do better.
        default: Failure(.workerLost, "this worker cannot run the job: \(error)")
        }
    }

    private func resources(_ started: ContinuousClock.Instant) async -> Resources {
        let usage = directory.usage
        var used = await disk.measure()
        // Written in the container, so believed only as far as it can be.
        if case .build(let build) = task.work, let size = build.workInMemory { used = max(used, min(usage.work, size)) }
        return Resources(
            wall: started.duration(to: .now).milliseconds, cpu: usage.cpu ?? 0, peakMemory: usage.peakMemory, disk: used
        )
    }

    /// People may want to look at what a failed build was doing.
    private func keepWork(of record: AttemptRecord) async {
        guard case .build(let build) = task.work, case .failure(let failure)? = record.outcome,
            [.buildFailed, .timedOut, .outOfMemory].contains(failure.failureClass)
        else { return }
        let left = directory.output.appending(BuildScript.Evidence.left)
        let isInMemory =
            build.workInMemory != nil && (try? ForeignFile.checkDirectory(left, below: directory.path)) != nil
        await context.failedWork.keep(isInMemory ? left : directory.work, of: task.attempt)
    }

    private func removeTemporary() async {
        for path in directory.temporary {
            do {
                try await context.engine.removeTree(path)
            } catch {
                context.logger.warning("not removed", metadata: ["path": "\(path)", "error": "\(error)"])
            }
        }
    }
}
