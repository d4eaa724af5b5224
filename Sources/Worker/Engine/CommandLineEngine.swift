internal import Glibc
internal import Logging
internal import Shared
internal import Subprocess
internal import SystemPackage

/// podman or docker through their command line, which is the same for all that is used here.
actor CommandLineEngine: ContainerEngine {
    /// How containers run on this host.
    struct Usage: Sendable, Equatable {
        /// The program and its global options.
        var command: [String]
        /// Options of `run`.
        var run: [String]
        var limits = EngineLimits.all
    }

    private let configuration: EngineConfiguration
    let logger: Logger
    /// Found out with the first image: nothing can be tried without one.
    private var probing: Task<Usage, any Error>?

    /// How often a container is asked to go.
    private static let removals = 6
    /// Bound for questions to the engine.
    static let short = Duration.seconds(120)
    /// Bound for loading an image.
    static let long = Duration.seconds(3600)

    init(_ configuration: EngineConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    nonisolated var command: [String] { configuration.command }
    nonisolated var isPodman: Bool { command.first.map { $0.hasSuffix("podman") } ?? false }

    func version() async throws -> String {
        let output = try await Command.run(
            command + ["version", "--format", "{{.Client.Version}}"], timeout: Self.short)
        let version = output.text.split(separator: "\n").first.map(String.init) ?? ""
        guard output.status == 0, !version.isEmpty else {
            throw EngineError("'\(command.joined(separator: " "))' does not answer: \(output.lastError)")
        }
        return "\(FilePath(command[0]).lastComponent?.string ?? command[0]) \(version)"
    }

    func storageDriver() async throws -> String {
        let format = isPodman ? "json" : "{{json .}}"
        let output = try await Command.run(command + ["info", "--format", format], timeout: Self.short)
        guard output.status == 0 else { throw EngineError("the engine tells nothing of itself: \(output.lastError)") }
        return try EngineInfo(json: output.text).driver
    }

    func run(_ spec: ContainerSpec, output: @escaping @Sendable ([UInt8]) async throws -> Void) async throws
        -> ContainerExit
    {
        try await run(spec) { try await Self.runAttached($0, in: spec.directory, output: output) }
    }

    func attach(_ spec: ContainerSpec, to terminal: PseudoTerminal) async throws -> ContainerExit {
        try await run(spec) { try await Self.runAttached($0, in: spec.directory, to: terminal) }
    }

    /// - Parameter attached: runs the engine's command, and returns its exit status.
    private func run(_ spec: ContainerSpec, _ attached: ([String]) async throws -> Int32) async throws
        -> ContainerExit
    {
        let usage = try await usage(for: spec.image)
        var spec = spec
        usage.limits.apply(to: &spec)
        let status: Int32
        do {
            status = try await attached(usage.command + spec.arguments(flags: usage.run + detaching(spec)))
        } catch {
            await remove(spec.name, usage)
            throw error
        }
        // Of a container that did well nobody asks.
        let killed =
            status == 0
            ? nil
            : try? await Command.run(
                usage.command + ["container", "inspect", "--format", "{{.State.OOMKilled}}", spec.name],
                timeout: Self.short)
        if status == 0, let image = spec.commit { await commit(spec.name, as: image, usage) }
        await remove(spec.name, usage)
        // The engine's own failure, not the container's: there never was one.
        if status == 125, killed?.status != 0 {
            throw EngineError("the container could not be started; what it printed last says why")
        }
        return ContainerExit(status: status, outOfMemory: killed?.text.hasPrefix("true") ?? false)
    }

    private static func runAttached(
        _ words: [String], in directory: FilePath, output: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> Int32 {
        // Nothing is ever written: it is there to be closed, by this process or by its death.
        let (read, write) = try ClosingPipe.make()
        defer { try? write.close() }
        let result = try await Subprocess.run(
            Command.executable(words[0]), arguments: Arguments(Array(words.dropFirst())),
            workingDirectory: directory, platformOptions: Command.ownSession,
            input: .fileDescriptor(read, closeAfterSpawningProcess: true),
            output: .sequence, error: .combinedWithOutput
        ) { execution in
            for try await buffer in execution.standardOutput {
                try await output(buffer.withUnsafeBytes { [UInt8]($0) })
            }
        }
        try Task.checkCancellation()
        return result.terminationStatus.code
    }

    /// The engines take Ctrl-P Ctrl-Q from the person, as a wish to leave the container to itself, unless they are told another
    /// sequence; docker knows no empty one.
    private nonisolated func detaching(_ spec: ContainerSpec) -> [String] {
        guard spec.hasTerminal else { return [] }
        return ["--detach-keys", isPodman ? "" : "ctrl-@,ctrl-@,ctrl-@"]
    }

    private static func runAttached(
        _ words: [String], in directory: FilePath, to terminal: PseudoTerminal
    ) async throws -> Int32 {
        guard let side = terminal.programSide else { throw EngineError("the terminal is another program's") }
        let result = try await Subprocess.run(
            Command.executable(words[0]), arguments: Arguments(Array(words.dropFirst())),
            workingDirectory: directory, platformOptions: Command.ownSession,
            input: .fileDescriptor(side, closeAfterSpawningProcess: false),
            output: .fileDescriptor(side, closeAfterSpawningProcess: false),
            error: .fileDescriptor(side, closeAfterSpawningProcess: false)
        ) { execution in
            terminal.handOver()
            // It is in no session of the terminal's, so the kernel does not tell it.
            for await _ in terminal.resizes { try? execution.send(signal: .windowSizeChange) }
        }
        try Task.checkCancellation()
        return result.terminationStatus.code
    }

    /// Removes a container, whatever it does, in bounded time.
    ///
    /// podman refuses ("container state improper") when the container ends by itself at this very moment, and tells nobody
    /// when that moment has passed: so it is asked again.
    func remove(_ name: String, _ usage: Usage? = nil) async {
        let words = (usage?.command ?? command) + ["rm", "--force"] + (isPodman ? ["--time", "0"] : []) + [name]
        // Detached from the attempt, which may be cancelled: that is when removing matters.
        let removal = Task { () -> String? in
            var problem: String?
            for attempt in 1...Self.removals {
                do {
                    let output = try await Command.run(words, timeout: Self.short)
                    if output.status == 0 || output.errors.contains("no such container")
                        || output.errors.contains("No such")
                    {
                        return nil
                    }
                    problem = output.lastError
                } catch {
                    problem = "\(error)"
                }
                if attempt < Self.removals { try? await Task.sleep(for: .milliseconds(200 * attempt)) }
            }
            return problem
        }
        if let problem = await removal.value {
            logger.warning("container not removed", metadata: ["name": "\(name)", "error": "\(problem)"])
        }
    }

    func removeAll(label: String, value: String) async throws -> Int {
        let list = try await Command.run(
            command + ["ps", "--all", "--quiet", "--filter", "label=\(label)=\(value)"], timeout: Self.short)
        guard list.status == 0 else { throw EngineError("containers cannot be listed: \(list.lastError)") }
        let ids = list.text.split(separator: "\n").map(String.init)
        guard !ids.isEmpty else { return 0 }
        let words = command + ["rm", "--force"] + (isPodman ? ["--time", "0"] : []) + ids
        let output = try await Command.run(words, timeout: Self.short)
        guard output.status == 0 else { throw EngineError("containers cannot be removed: \(output.lastError)") }
        return ids.count
    }

    func removeTree(_ path: FilePath) async throws {
        do {
            try await Blocking.run { try FileTree.remove(path) }
        } catch let error as Errno where isPodman && (error == .permissionDenied || error == .notPermitted) {
            // Rootless: some files belong to ids that only exist in the engine's user namespace.
            let output = try await Command.run(command + ["unshare", "rm", "-rf", path.string], timeout: Self.short)
            guard output.status == 0 else { throw EngineError("\(path) cannot be removed: \(output.lastError)") }
        }
    }

    func move(_ path: FilePath, to place: FilePath) async throws {
        guard rename(path.string, place.string) != 0 else { return }
        let error = Errno(rawValue: errno)
        guard isPodman, error == .permissionDenied || error == .notPermitted else { throw error }
        // Rootless: a directory that changes its parent is written to, and this one belongs to such an id, too.
        let words = command + ["unshare", "mv", "-T", path.string, place.string]
        let output = try await Command.run(words, timeout: Self.short)
        guard output.status == 0 else { throw EngineError("\(path) cannot be moved: \(output.lastError)") }
    }

    // MARK: What works on this host

    private func usage(for image: String) async throws -> Usage {
        if let probing { return try await probing.value }
        let task = Task { [configuration, logger, isPodman] in
            try await Self.probe(configuration, image: image, isPodman: isPodman, logger: logger)
        }
        probing = task
        do {
            return try await task.value
        } catch {
            probing = nil
            throw error
        }
    }

    /// The ways to run a container, the plainest first. Hosts without CAP_SYS_RESOURCE cannot raise limits, crun refuses
    /// hybrid cgroups, and without a delegated cgroup nothing can be limited.
    static func candidates(_ configuration: EngineConfiguration, isPodman: Bool) -> [Usage] {
        let command = configuration.command
        var commands = [command]
        if isPodman, !command.contains(where: { $0.hasPrefix("--runtime") }) {
            commands.append(command + ["--runtime", "runc"])
            commands.append(command + ["--runtime", "crun"])
            commands.append(command + ["--runtime", "runc", "--cgroup-manager", "cgroupfs"])
        }
        let ulimits = [[], ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]]
        // A way that limits something before any that limits nothing; and not another runtime for the sake of cores alone,
        // which may take options without minding them.
        let limiting = EngineLimits.allCases.filter { $0 != .none }
        return [limiting, [.none]].flatMap { choices in
            commands.flatMap { command in
                choices.flatMap { limits in
                    ulimits.map { Usage(command: command, run: configuration.run + $0, limits: limits) }
                }
            }
        }
    }

    private static func probe(
        _ configuration: EngineConfiguration, image: String, isPodman: Bool, logger: Logger
    ) async throws -> Usage {
        var last = ""
        for usage in candidates(configuration, isPodman: isPodman) {
            let output = try await Command.run(
                usage.command + ["run", "--rm", "--pull", "never", "--network", "none"] + usage.limits.trial
                    + usage.run + [image, "/bin/true"], timeout: short)
            if output.status == 0 {
                if let lacking = usage.limits.lacking {
                    logger.warning("this host's engine cannot limit \(lacking): builds run without such limits")
                }
                logger.info(
                    "containers run",
                    metadata: ["with": "\((usage.command + ["run"] + usage.run).joined(separator: " "))"])
                return usage
            }
            last = output.lastError
        }
        throw EngineError("no way of running a container works on this host; the last attempt said: \(last)")
    }
}
