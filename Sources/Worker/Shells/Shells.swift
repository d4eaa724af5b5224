internal import Logging
internal import Shared
internal import SystemPackage

/// The shells that people have open on this worker. They take no slot: somebody waits for them, and they mostly wait for
/// somebody.
actor Shells {
    private let context: WorkerContext
    private let directory: FilePath
    private let link: ControlLink
    private var open: [UInt64: (line: ShellLine, work: Task<Void, Never>)] = [:]
    private var words: UInt64 = 0

    /// At once; each may use as much memory as a build.
    private static let most = 4

    /// - Parameter directory: where their files are while they are open.
    init(context: WorkerContext, directory: FilePath, link: ControlLink) {
        self.context = context
        self.directory = directory
        self.link = link
    }

    /// Removes what shells of an earlier life have left.
    func reload() async throws {
        // What people make there with the setuid bit is nobody else's to run.
        try Directory.create(directory, permissions: .ownerReadWriteExecute)
        for name in (try? Directory.names(in: directory)) ?? [] { await remove(directory.appending(name)) }
    }

    func start(_ start: WireShellStart) async {
        guard open[start.session] == nil else { return }
        let line = ShellLine(start.session, size: start.size.domain) { [weak self] in await self?.say($0) }
        do {
            let task = try ShellTask(start)
            guard open.count < Self.most else {
                return await line.sayEnd("\(Self.most) shells are open on this worker already")
            }
            context.logger.info("shell opened", metadata: ["in": "\(task.build.cpv)"])
            open[task.session] = (line, Task { await serve(task, line) })
        } catch {
            await line.sayEnd("the worker does not understand what it is to open: \(error)")
        }
    }

    func hear(_ word: WireShellWord) async {
        guard let shell = open[word.session] else {
            guard !word.ended else { return }
            return await ShellLine(word.session, size: nil) { [weak self] in await self?.say($0) }
                .sayEnd("the worker has no such shell any more")
        }
        if await shell.line.hear(word) { shell.work.cancel() }
    }

    /// The connection is lost: nobody would hear more of them.
    func cancelAll() {
        for shell in open.values { shell.work.cancel() }
    }

    /// The worker stops: returns when nothing is left of them.
    func endAll() async {
        cancelAll()
        for shell in open.values { await shell.work.value }
    }

    private func serve(_ task: ShellTask, _ line: ShellLine) async {
        let run = ShellRun(
            task: task, context: context,
            directory: AttemptDirectory(path: directory.appending(String(task.session, radix: 16))), line: line)
        let reason: String
        do {
            try await Self.whilePersonIsThere(line) { try await run.run() }
            reason = ""
        } catch let failure as Failure {
            reason = failure.reason
        } catch is CancellationError {
            reason = "it was ended"
        } catch {
            reason = "the worker cannot open it: \(error)"
        }
        await line.sayEnd(reason)
        context.logger.info("shell closed", metadata: ["in": "\(task.build.cpv)", "reason": "\(reason)"])
        await remove(run.directory.path)
        open[task.session] = nil
    }

    /// Says something now and then, and ends the body when the person says nothing.
    private static func whilePersonIsThere(
        _ line: ShellLine, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: body)
            group.addTask {
                while await line.lastHeard.duration(to: .now) < ShellWindow.patience {
                    try await Task.sleep(for: ShellWindow.pause)
                    await line.sayHere()
                }
                throw Failure(.cancelled, "nothing was heard of farmctl for \(ShellWindow.patience.forPeople)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func say(_ word: WireShellWord) async {
        words += 1
        await link.post(.shell(word), as: .shell(words))
    }

    private func remove(_ path: FilePath) async {
        do {
            try await context.engine.removeTree(path)
        } catch {
            context.logger.warning("not removed", metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }
}
