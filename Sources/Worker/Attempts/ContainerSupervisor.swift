internal import Shared
internal import SystemPackage

/// Runs an attempt's containers and ends them when they exceed a limit.
struct ContainerSupervisor: Sendable {
    let context: WorkerContext
    /// In the names of its containers: the worker has only one of it.
    let name: String
    /// On their label, for people.
    let subject: String
    let directory: AttemptDirectory
    let log: LogSpool
    var limits: Limits
    /// At most; nil: as many as the host has.
    let cores: Int32?
    /// Of the work directory.
    let disk: DiskMeter
    /// When the attempt's whole time is over.
    var deadline: ContinuousClock.Instant?
    /// Told the lines with which a stage of the build begins.
    let marked: @Sendable (String) async -> Void

    /// How often limits are checked.
    private static let tick = Duration.seconds(1)
    /// A tree with many files takes a while to measure: that may take this part of the time.
    private static let diskShare = 20
    /// The same where people are told of it, and nothing depends on it.
    private static let idleDiskShare = 200

    /// Bytes; with less free, a build that says that there is no space is believed.
    private static let fullDisk: Int64 = 256 << 20

    private enum Event: Sendable {
        case exit(ContainerExit)
        case stop(Ending.Stop)
    }

    /// Runs a script to its end. `spec` says what is particular; name, labels, limits and script are added here.
    func run(
        _ script: String, arguments: [String] = [], as step: Ending.Step, image: String, network: String,
        mounts: [ContainerSpec.Mount], memoryDirectory: ContainerSpec.MemoryDirectory? = nil,
        commit: ImageCommit? = nil
    ) async throws -> Ending {
        let file = directory.scripts.appending("\(step)")
        try AtomicFile.write(Array(script.utf8), to: file)
        let spec = ContainerSpec(
            name: "binfarm-\(context.label)-\(name)-\(step)", directory: directory.path, image: image,
            labels: [WorkerContext.labelKey: context.label, "binfarm.attempt": subject], network: network,
            memory: limits.memory, processes: limits.processes, cores: cores,
            mounts: mounts + [
                .init(source: directory.scripts, target: ContainerLayout.script, isReadOnly: true),
                .init(source: directory.output, target: ContainerLayout.output),
            ],
            memoryDirectory: memoryDirectory, commit: commit,
            command: ["/bin/bash", "\(ContainerLayout.script)/\(step)"] + arguments)
        await log.beginStep()
        let event = try await withThrowingTaskGroup(of: Event?.self) { group in
            group.addTask {
                do {
                    return .exit(
                        try await context.engine.run(spec) { bytes in
                            for line in try await log.append(bytes) { await marked(line) }
                        })
                } catch {
                    // Ended from here, by the watch below or by the attempt's end.
                    if Task.isCancelled { return nil }
                    throw error
                }
            }
            group.addTask { try await watch().map { .stop($0) } }
            var first = try await group.next() ?? nil
            group.cancelAll()
            // The container is gone only when its task has ended.
            while let next = try? await group.next() { if first == nil { first = next } }
            return first
        }
        try Task.checkCancellation()
        var ending = Ending(step: step)
        ending.findings = await log.findings()
        ending.diskIsFull = HostFacts.diskFree(directory.path) < Self.fullDisk
        switch event {
        case .exit(let exit)?:
            ending.status = exit.status
            // Some engines only tell when it was the container's first process that was killed.
            ending.outOfMemory = exit.outOfMemory || directory.usage.killed > 0
        case .stop(let stop)?: ending.stop = stop
        case nil: throw CancellationError()
        }
        return ending
    }

    /// Returns when a limit is exceeded; nil when cancelled.
    private func watch() async throws -> Ending.Stop? {
        var nextDisk = ContinuousClock.now
        let started = ContinuousClock.now
        while true {
            do { try await Task.sleep(for: Self.tick) } catch { return nil }
            let now = ContinuousClock.now
            if let silence = limits.silence, await log.lastOutput.duration(to: now) > silence {
                return .silent(silence)
            }
            if let deadline, now > deadline { return .tooLong(limits.timeout ?? started.duration(to: now)) }
            if now >= nextDisk {
                let used = await disk.look()
                nextDisk = .now + now.duration(to: .now) * (limits.disk == nil ? Self.idleDiskShare : Self.diskShare)
                if let limit = limits.disk, used > limit { return .disk(used: used, limit: limit) }
            }
        }
    }
}
