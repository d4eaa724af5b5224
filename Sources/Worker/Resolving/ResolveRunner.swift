internal import Shared
internal import SystemPackage

/// Carries out one resolve attempt.
struct ResolveRunner: Sendable {
    let task: ResolveTask
    let image: Blob
    let context: WorkerContext
    let directory: AttemptDirectory
    let supervisor: ContainerSupervisor
    let entered: @Sendable (Phase) async -> Void

    /// - Throws: `Failure`, or `CancellationError`.
    func run() async throws -> Outcome {
        let script = try ResolveScript(task)
        await entered(.fetchingImage)
        let name = try await context.images.name(of: image)
        let indexes = try await fetchIndexes()
        await entered(.resolving)
        let ending = try await supervisor.run(
            script.text, arguments: task.targets, as: .resolving, image: name, network: "none", mounts: indexes)
        let document = directory.output.appending(ResolveScript.document)
        // The probe tells why it cannot resolve in the document too: it counts more than the exit status.
        if ending.stop == nil, let blob = try await take(document) { return .resolution(blob) }
        throw ending.failure(of: "resolving \(task.targets.joined(separator: " "))", limits: task.limits)
            ?? Failure(
                .resolveFailed, "the resolve probe left no document: \(ending.findings.last ?? "it said nothing")")
    }

    private func fetchIndexes() async throws -> [ContainerSpec.Mount] {
        var mounts: [ContainerSpec.Mount] = []
        for index in task.binhosts {
            mounts.append(
                .init(
                    source: try await context.cache.file(index), target: ResolveScript.place(of: index),
                    isReadOnly: true))
        }
        return mounts
    }

    /// nil when there is no document.
    private func take(_ document: FilePath) async throws -> Blob? {
        let directory = directory
        do {
            return try await Blocking.run {
                let blob = try directory.take(document, limit: ResolveScript.largestDocument)
                return blob.size > 0 ? blob : nil
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch Errno.fileTooLarge {
            let limit = ResolveScript.largestDocument.asBytes
            throw Failure(.resolveFailed, "the resolve probe left a document of more than \(limit)")
        } catch let error as ForeignFileError {
            throw Failure(.resolveFailed, "the resolve probe left no document: \(error)")
        }
    }
}
