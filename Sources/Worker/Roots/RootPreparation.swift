internal import Shared
internal import SystemPackage

/// Brings about the root of a build: fetches the packages that it is built with, and installs them where that is kept.
struct RootPreparation: Sendable {
    let task: BuildTask
    let script: BuildScript
    let context: WorkerContext
    let directory: AttemptDirectory
    let supervisor: ContainerSupervisor
    let entered: @Sendable (Phase) async -> Void

    /// Calls `body` with the root, which stays until it returns; packages that it lacks are in the private PKGDIR.
    /// - Parameters:
    ///   - image: the farm's, as an archive.
    ///   - name: the engine's name of it.
    /// - Throws: `Failure`, and what `body` throws.
    func withRoot<Result: Sendable>(
        over image: Blob, named name: String, body: (BuildRoot) async throws -> Result
    ) async throws -> Result {
        try await context.roots.withRoot(
            of: task.dependencies, over: image.digest, named: name, install: prepare
        ) { root in
            try await fetch(root.missing)
            return try await body(root)
        }
    }

    /// Installs packages into a root that is kept.
    private func prepare(_ installation: RootInstallation) async throws {
        await entered(.fetchingPackages)
        try await fetch(installation.packages)
        await entered(.preparingRoot)
        let ending = try await supervisor.run(
            script.preparing(installation.packages), as: .preparing, image: installation.image, network: "none",
            mounts: [
                .init(source: directory.packages, target: ContainerLayout.packages, isReadOnly: true),
                .init(source: directory.work, target: ContainerLayout.work),
            ], commit: installation.commit)
        if let failure = ending.failure(of: task.subject, limits: task.limits) { throw failure }
    }

    /// Puts the dependencies' binpkgs into the private PKGDIR, under the names that Portage knows them by.
    private func fetch(_ dependencies: [DependencyPackage]) async throws {
        for dependency in dependencies {
            let file = try await context.cache.file(dependency.package)
            let place = directory.packages.appending(dependency.path)
            guard !FileStatus.exists(place) else { continue }
            try Directory.create(place.removingLastComponent())
            // Copied, not linked: what the container's root does to it must not reach other builds.
            try await Blocking.run { try FileCopy.copy(file, to: place) }
        }
    }
}

extension BuildTask {
    /// For people.
    var subject: String { "\(cpv)::\(repository)" }
}
