internal import Logging
internal import Shared
internal import SystemPackage

/// Makes an image of a farm, and packs it as the archive that all its workers load.
struct ImageRunner: Sendable {
    let attempt: AttemptID
    let task: ImageTask
    /// The archive of the image that it stands on.
    let below: Blob
    let context: WorkerContext
    let directory: AttemptDirectory
    let supervisor: ContainerSupervisor
    let entered: @Sendable (Phase) async -> Void

    /// Dockerfile's instructions for what a container of the image is, and not for what it was made in.
    private static let settings = ["CMD [\"/bin/bash\"]", "ENV LANG=C.UTF-8"]

    /// - Throws: `Failure`, or `CancellationError`.
    func run() async throws -> Outcome {
        await entered(.fetchingImage)
        let base = try await context.images.name(of: below)
        var mounts: [ContainerSpec.Mount] = [
            .init(
                source: try await context.cache.file(task.context), target: ContainerLayout.context, isReadOnly: true),
            .init(source: directory.work, target: ContainerLayout.work),
        ]
        if let repository = try await repository() {
            mounts.append(.init(source: repository, target: ContainerLayout.snapshot, isReadOnly: true))
        }
        await entered(.makingImage)
        let made = ImageCommit(name: Self.prefix(context) + "\(attempt.fence)", labels: [:], settings: Self.settings)
        do {
            let archive = try await make(mounts, on: base, as: made)
            await remove(made.name)
            return .resolution(archive)
        } catch {
            await remove(made.name)
            throw error
        }
    }

    /// Removes what an earlier life of this worker left.
    static func tidy(_ context: WorkerContext) async {
        do {
            let left = try await context.engine.imageNames(beginningWith: prefix(context))
            for name in left { try await context.engine.removeImage(name) }
        } catch {
            context.logger.warning("images that were being made are left", metadata: ["error": "\(error)"])
        }
    }

    private static func prefix(_ context: WorkerContext) -> String { "localhost/binfarm-made:\(context.label)-" }

    private func make(_ mounts: [ContainerSpec.Mount], on base: String, as made: ImageCommit) async throws -> Blob {
        try await context.engine.demandPacking()
        let ending = try await supervisor.run(
            ImageScript(task: task).text, as: .imaging, image: base, network: context.network, mounts: mounts,
            commit: made)
        if let failure = ending.failure(of: "the image", limits: task.limits) { throw failure }
        return try await pack(made.name)
    }

    /// Whatever becomes of the attempt: the name alone holds gigabytes.
    private func remove(_ name: String) async {
        let removal = Task { [context] in
            do { try await context.engine.removeImage(name) } catch {
                context.logger.warning("image not removed", metadata: ["name": "\(name)", "error": "\(error)"])
            }
        }
        await removal.value
    }

    /// A copy of Gentoo's repository on this host; nil where the image below has it.
    private func repository() async throws -> FilePath? {
        guard let snapshot = task.snapshot else { return nil }
        let place = directory.packages.appending("repository")
        let labels = [WorkerContext.labelKey: context.label]
        let isThere = try await context.engine.copy(
            ContainerLayout.repository, of: try await context.images.name(of: snapshot), to: place,
            as: ContainerSpec.Identity(name: containerName, labels: labels))
        guard isThere else {
            throw Failure(.buildFailed, "the snapshot of `portage` has no repository at \(ContainerLayout.repository)")
        }
        return place
    }

    private var containerName: String { "binfarm-\(context.label)-\(attempt.fence)-snapshot" }

    private func pack(_ name: String) async throws -> Blob {
        guard try await context.engine.hasImage(name) else {
            throw Failure(.workerLost, "the engine made no image of the container; the worker's log says why")
        }
        await entered(.offering)
        let file = directory.output.appending("image.tar.zst")
        try await context.engine.save(name, to: file)
        let directory = directory
        let archive = try await Blocking.run { try directory.take(file) }
        // The first build here need not fetch what was made here.
        try await context.images.adopt(name, as: archive)
        return archive
    }
}
