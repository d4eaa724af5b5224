internal import Shared
internal import SystemPackage

/// Carries out one build attempt, one phase after the other.
struct BuildRunner: Sendable {
    let attempt: AttemptID
    let task: BuildTask
    let image: Blob
    let context: WorkerContext
    let directory: AttemptDirectory
    let supervisor: ContainerSupervisor
    let entered: @Sendable (Phase) async -> Void

    private var subject: String { task.subject }

    /// - Throws: `Failure`, or `CancellationError`.
    func run() async throws -> Outcome {
        let script = try BuildScript(task)
        await entered(.fetchingImage)
        let name = try await context.images.name(of: image)
        guard !task.pack else { return try await pack(script, in: name) }
        await entered(.fetchingDistfiles)
        try await fetchDistfiles(script, in: name)
        if !task.dependencies.isEmpty { await entered(.preparingRoot) }
        return try await RootPreparation(
            task: task, script: script, context: context, directory: directory, supervisor: supervisor,
            entered: entered
        ).withRoot(over: image, named: name) { try await build(script, in: $0) }
    }

    /// Only what the farm has not is fetched, by Portage.
    private func fetchDistfiles(_ script: BuildScript, in image: String) async throws {
        guard let known = task.distfiles else { return try await runFetch(script, in: image) }
        let distfiles = BuildDistfiles(distfiles: known, attempt: attempt, context: context, directory: directory)
        let absent = try await distfiles.gather()
        try distfiles.name()
        guard !absent.isEmpty else { return }
        do {
            try await runFetch(script, in: image)
        } catch let failure as Failure {
            try await distfiles.keepWhole(absent)
            throw failure
        }
        try await distfiles.keep(absent)
        try distfiles.name()
    }

    private func runFetch(_ script: BuildScript, in image: String) async throws {
        try await end(
            supervisor.run(
                script.fetching, as: .fetching, image: image, network: context.network, mounts: distfileMounts))
    }

    private func ccacheMounts() throws -> [ContainerSpec.Mount] {
        guard task.ccache != nil else { return [] }
        // What root in a container leaves there with the setuid bit is nobody else's to run.
        try Directory.create(context.ccache.removingLastComponent(), permissions: .ownerReadWriteExecute)
        try Directory.create(context.ccache)
        return [.init(source: context.ccache, target: ContainerLayout.ccache)]
    }

    private var distfileMounts: [ContainerSpec.Mount] {
        [
            .init(source: directory.distfiles, target: ContainerLayout.distfiles),
            .init(source: context.distfiles.directory, target: ContainerLayout.hostDistfiles, isReadOnly: true),
        ]
    }

    private func build(_ script: BuildScript, in root: BuildRoot) async throws -> Outcome {
        await entered(root.missing.isEmpty ? .building : .preparingRoot)
        var ending = try await run(in: root, inMemory: task.workInMemory)
        if task.workInMemory != nil, ending.stop == nil,
            ending.failure(of: subject, limits: task.limits)?.failureClass == .outOfDisk
        {
            await supervisor.log.note("its work directory found too little memory; once more, on the disk")
            try await forgetRun(script)
            ending = try await run(in: root, inMemory: nil)
        }
        await collectAfter(ending, in: root.image)
        try end(ending)
        try await checkSonames()
        return .package(try await stage(script))
    }

    /// What the run before has left is not to be taken for the next one's.
    private func forgetRun(_ script: BuildScript) async throws {
        for name in try Directory.names(in: directory.output) {
            try await context.engine.removeTree(directory.output.appending(name))
        }
        try await context.engine.removeTree(directory.packages.appending(script.result))
    }

    /// What runs may do both ways: the second one is on the disk, whatever the first was.
    private func script(inMemory size: Int64?) throws(Failure) -> BuildScript {
        var task = task
        task.workInMemory = size
        return try BuildScript(task)
    }

    private func run(in root: BuildRoot, inMemory size: Int64?) async throws -> Ending {
        let script = try self.script(inMemory: size)
        let onDisk = ContainerSpec.Mount(source: directory.work, target: ContainerLayout.work)
        return try await supervisor.run(
            script.building(installing: root.missing), as: .building, image: root.image, network: "none",
            mounts: [.init(source: directory.packages, target: ContainerLayout.packages)]
                + (size == nil ? [onDisk] : []) + distfileMounts + (try ccacheMounts()),
            memoryDirectory: size.map { .init(target: ContainerLayout.work, size: $0) })
    }

    /// A build that was ended from outside has collected nothing itself. What was in memory is gone.
    private func collectAfter(_ ending: Ending, in image: String) async {
        guard ending.status != 0,
            !FileStatus.exists(directory.output.appending(BuildScript.Evidence.archive)),
            let script = try? script(inMemory: nil)
        else { return }
        var supervisor = supervisor
        supervisor.deadline = .now + .seconds(60)
        // They are why it was ended, perhaps.
        supervisor.limits.disk = nil
        supervisor.limits.silence = nil
        _ = try? await supervisor.run(
            script.collectingAfterwards, as: .collecting, image: image, network: "none",
            mounts: [.init(source: directory.work, target: ContainerLayout.work, isReadOnly: true)])
    }

    private func checkSonames() async throws {
        let directory = directory
        let check: SonameCheck
        do {
            check = try await Blocking.run { [task] in
                let text = try ForeignFile(directory.sonames, below: directory.path).text(limit: SonameFacts.limit)
                return SonameCheck(SonameFacts(text), of: task)
            }
        } catch let error where error is ForeignFileError || error as? Errno == .noSuchFileOrDirectory {
            throw Failure(.invalidPackage, "the trial install of \(subject) left no list of sonames: \(error)")
        }
        if let notice = check.notice { await supervisor.log.note(notice) }
        if let failure = check.failure(of: subject) { throw failure }
    }

    private func pack(_ script: BuildScript, in image: String) async throws -> Outcome {
        await entered(.building)
        try await end(
            supervisor.run(
                script.packing, as: .packing, image: image, network: "none",
                mounts: [.init(source: directory.packages, target: ContainerLayout.packages)]))
        return .package(try await stage(script))
    }

    private func end(_ ending: Ending) throws {
        if let failure = ending.failure(of: subject, limits: task.limits) { throw failure }
    }

    /// Takes the one new package out of PKGDIR.
    private func stage(_ script: BuildScript) async throws -> Blob {
        let found = directory.packages.appending(script.result)
        let given = Set(task.dependencies.map(\.path))
        let directory = directory
        let cp = "\(task.cpv.cp)"
        do {
            let left = try await Blocking.run {
                let folder = found.removingLastComponent()
                // What the build can have made of it: a link to another place, too.
                try ForeignFile.checkDirectory(folder, below: directory.path)
                return try Directory.names(in: folder).filter { name in
                    guard BinpkgFormat(ofPath: name) != nil, !given.contains("\(cp)/\(name)") else { return false }
                    return try ForeignFile(folder.appending(name), below: directory.path).size > 0
                }
            }
            guard left == [found.lastComponent?.string ?? ""] else {
                throw wrongPackage(script, left.isEmpty ? "no package" : left.joined(separator: ", "))
            }
            return try await Blocking.run { try directory.take(found) }
        } catch let error as ForeignFileError {
            throw wrongPackage(script, "\(error)")
        } catch Errno.noSuchFileOrDirectory {
            throw wrongPackage(script, "no package")
        }
    }

    private func wrongPackage(_ script: BuildScript, _ what: String) -> Failure {
        Failure(
            .invalidPackage,
            "\(task.pack ? "packing" : "the build of") \(subject) should leave \(script.result), but left \(what)")
    }
}
