internal import Glibc
internal import Logging
internal import Shared
internal import SystemPackage

/// Brings a shell's root about and runs the shell in it.
struct ShellRun: Sendable {
    let task: ShellTask
    let context: WorkerContext
    /// Its own, to be removed when it has ended.
    let directory: AttemptDirectory
    /// Where the person is.
    let line: ShellLine

    /// A pipe of the file system that the worker holds open: when it is gone the container's other end sees it.
    static let lifeline = "lifeline"

    private var cores: Int32? { HostFacts.cores(atMost: task.build.jobs) }
    private var number: String { String(task.session, radix: 16) }

    /// - Throws: `Failure`, `CancellationError`, and what this host has against it.
    func run() async throws {
        try directory.create()
        let script = try BuildScript(task.build)
        let log = try LogSpool(path: directory.log, limit: 1 << 20)
        let supervisor = ContainerSupervisor(
            context: context, name: "shell-\(number)", subject: "shell in \(task.build.cpv)", directory: directory,
            log: log, limits: task.build.limits, cores: cores, disk: DiskMeter(directory.work),
            deadline: task.build.limits.timeout.map { .now + $0 }, marked: { _ in })
        if task.failed == nil { await line.note("a fresh root of \(task.build.subject)") }
        let name = try await context.images.name(of: task.image)
        // What this host has of them: there is no attempt for which the farm would fetch the others.
        try context.distfiles.name(task.build.distfiles ?? [], in: directory.distfiles)
        let packages = task.build.dependencies.count
        let preparation = RootPreparation(
            task: task.build, script: script, context: context, directory: directory, supervisor: supervisor
        ) { [line] phase in
            if phase == .fetchingPackages { await line.note("its root is made, with \(packages) packages") }
        }
        try await preparation.withRoot(over: task.image, named: name) { root in
            try await context.failedWork.withWork(of: task.failed) { work in
                try await attach(script, in: root, work: work)
            }
        }
    }

    private func attach(_ script: BuildScript, in root: BuildRoot, work kept: FilePath?) async throws {
        if let failed = task.failed {
            await line.note(
                kept == nil
                    ? "nothing is left of attempt \(failed) here: a fresh root"
                    : "the root of attempt \(failed), which failed")
        }
        let alive = try holdLifeline()
        defer { try? alive.close() }
        let name = "shell"
        try AtomicFile.write(
            Array(script.shell(installing: root.missing, terminal: task.terminal).utf8),
            to: directory.scripts.appending(name))
        let spec = ContainerSpec(
            name: "binfarm-\(context.label)-shell-\(number)", directory: directory.path, image: root.image,
            labels: [WorkerContext.labelKey: context.label, "binfarm.attempt": "shell in \(task.build.cpv)"],
            memory: task.build.limits.memory, processes: task.build.limits.processes, cores: cores,
            mounts: [
                .init(source: directory.scripts, target: ContainerLayout.script, isReadOnly: true),
                .init(source: directory.packages, target: ContainerLayout.packages),
                .init(source: kept ?? directory.work, target: ContainerLayout.work),
                .init(source: directory.distfiles, target: ContainerLayout.distfiles),
                .init(source: context.distfiles.directory, target: ContainerLayout.hostDistfiles, isReadOnly: true),
            ], hasTerminal: true, command: ["/bin/bash", "\(ContainerLayout.script)/\(name)"])
        let terminal = try PseudoTerminal(await line.size)
        let exit = try await line.joined(to: terminal) { try await context.engine.attach(spec, to: terminal) }
        if exit.outOfMemory { await line.note("a process was killed: the memory limit was reached") }
        guard exit.status == 0 || exit.status == 130 else {
            throw Failure(.buildFailed, "the container of the shell ended with status \(exit.status)")
        }
    }

    private func holdLifeline() throws -> FileDescriptor {
        let path = directory.scripts.appending(Self.lifeline)
        guard mkfifo(path.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
        // Opened for reading too, so that it need not wait for the container.
        return try FileDescriptor.open(path, .readWrite, options: .closeOnExec)
    }
}
