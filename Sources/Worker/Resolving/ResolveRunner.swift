internal import Glibc
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
        await entered(.resolving)
        let ending = try await supervisor.run(
            script.text, arguments: task.targets, as: .resolving, image: name, network: "none", mounts: [])
        let document = directory.output.appending(ResolveScript.document)
        // The probe tells why it cannot resolve in the document too: it counts more than the exit status.
        if let size = try? FileStatus.size(of: document), size > 0, ending.stop == nil {
            guard rename(document.string, directory.result.string) == 0 else { throw Errno(rawValue: errno) }
            let result = directory.result
            return .resolution(try await Blocking.run { try ContentHasher.blob(of: result) })
        }
        throw ending.failure(of: "resolving \(task.targets.joined(separator: " "))", limits: task.limits)
            ?? Failure(
                .resolveFailed, "the resolve probe left no document: \(ending.findings.last ?? "it said nothing")")
    }
}
