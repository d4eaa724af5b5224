internal import FoundationEssentials
internal import Logging
internal import Shared
internal import SystemPackage

/// Keeps roots with their dependencies installed, as images of the engine, so that no build installs again what another one
/// has installed. The engine's images are the truth; only when they were used last is remembered beside.
actor RootStore {
    nonisolated let usage: RootUsage
    private let engine: any ContainerEngine
    private let label: String
    private let uses: FilePath
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private var catalogue = RootCatalogue()
    private var preparing: [ContentDigest: Task<Void, any Error>] = [:]
    private var removing: [ContentDigest: Task<Void, Never>] = [:]
    /// How many builds, and installations of further roots, use each.
    private var holders: [ContentDigest: Int] = [:]

    /// - Parameters:
    ///   - label: tells this worker's roots from another's on the same engine.
    ///   - uses: the file that remembers when each was used last.
    ///   - now: seconds since 1970.
    init(
        engine: any ContainerEngine, usage: RootUsage, label: String, uses: FilePath, logger: Logger,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.engine = engine
        self.usage = usage
        self.label = label
        self.uses = uses
        self.logger = logger
        self.now = now
    }

    /// What is kept: for tests and people.
    var kept: [PreparedRoot] { catalogue.roots.values.sorted { $0.id < $1.id } }

    /// Finds again what an earlier life has made, and removes what is not whole or too much.
    func reload() async throws {
        let times = (try? LastUses.read(uses)) ?? [:]
        for image in try await engine.images(label: WorkerContext.labelKey, value: label)
        where image.labels[PreparedRoot.Label.set] != nil {
            let time = image.labels[PreparedRoot.Label.set].flatMap { ContentDigest(hex: $0) }.flatMap { times[$0] }
            // One that has lost its name was made twice: by a worker that was killed, and its next life.
            if let root = PreparedRoot(image, lastUsed: time ?? 0), image.names.contains(name(of: root.id)) {
                catalogue.add(root)
            } else {
                await remove(image.id)
            }
        }
        await shrink()
    }

    /// Calls `body` with a root that has the packages, or as many of them as are installed already where roots are not kept.
    /// What `body` uses stays until it returns.
    /// - Parameters:
    ///   - epoch: of the image archive.
    ///   - image: the engine's name of that image.
    ///   - install: installs packages in a container of an image, which then becomes another image.
    nonisolated func withRoot<Result: Sendable>(
        of packages: [DependencyPackage], over epoch: ContentDigest, named image: String,
        install: @escaping @Sendable (RootInstallation) async throws -> Void,
        body: (BuildRoot) async throws -> Result
    ) async throws -> Result {
        let (root, held) = try await acquire(packages, epoch, image, install)
        do {
            let result = try await body(root)
            await release(held)
            return result
        } catch {
            await release(held)
            throw error
        }
    }

    /// - Returns: beside the root what is held until it is released.
    private func acquire(
        _ packages: [DependencyPackage], _ epoch: ContentDigest, _ image: String,
        _ install: @escaping @Sendable (RootInstallation) async throws -> Void
    ) async throws -> (BuildRoot, ContentDigest?) {
        guard case .images = usage, !packages.isEmpty, packages.count <= PreparedRoot.mostMembers else {
            return (BuildRoot(image: image, missing: packages), nil)
        }
        let set = RootSet(epoch: epoch, packages)
        let id = set.id
        while true {
            try Task.checkCancellation()
            // It is made anew only when the old one has lost its name.
            await removing[id]?.value
            if try await holdIfThere(id) { return (BuildRoot(image: name(of: id), missing: []), id) }
            if let other = preparing[id] {
                // When that one fails or is given up, this build tries for itself.
                try? await other.valueUnlessCancelled()
                continue
            }
            let nearest = try await holdNearest(to: set)
            let from = nearest.map { name(of: $0.id) } ?? image
            let missing = packages.filter { nearest?.set.members.contains(PackageMark($0.package.digest)) != true }
            // Others went on meanwhile.
            guard preparing[id] == nil, removing[id] == nil, catalogue[id] == nil else {
                release(nearest?.id)
                continue
            }
            do {
                try await prepare(set, missing, over: nearest, named: from, install)
            } catch {
                release(nearest?.id)
                throw error
            }
            // When it could not be kept the build has to install once more.
            guard catalogue[id] != nil else { return (BuildRoot(image: from, missing: missing), nearest?.id) }
            release(nearest?.id)
        }
    }

    /// Somebody may have cleaned up behind this worker's back: then the root is forgotten.
    private func holdIfThere(_ id: ContentDigest) async throws -> Bool {
        guard catalogue[id] != nil else { return false }
        hold(id)
        do {
            if try await engine.hasImage(name(of: id)) { return true }
            catalogue.remove(id)
        } catch {
            release(id)
            throw error
        }
        release(id)
        return false
    }

    private func holdNearest(to set: RootSet) async throws -> PreparedRoot? {
        while let nearest = catalogue.nearest(to: set) {
            if try await holdIfThere(nearest.id) { return nearest }
        }
        return nil
    }

    private func prepare(
        _ set: RootSet, _ missing: [DependencyPackage], over nearest: PreparedRoot?, named image: String,
        _ install: @escaping @Sendable (RootInstallation) async throws -> Void
    ) async throws {
        // Who waits for it finds the root in the catalogue, or nobody who prepares it.
        let task = Task {
            defer { preparing[set.id] = nil }
            try await make(set, missing, over: nearest, named: image, install)
        }
        preparing[set.id] = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        guard catalogue[set.id] != nil else { return }
        hold(set.id)
        await shrink()
        release(set.id)
    }

    private func make(
        _ set: RootSet, _ missing: [DependencyPackage], over nearest: PreparedRoot?, named image: String,
        _ install: @Sendable (RootInstallation) async throws -> Void
    ) async throws {
        let below = if let nearest { nearest.total } else { try await engine.image(image)?.size ?? 0 }
        let labels = PreparedRoot.labels(set, parent: nearest?.id, below: below)
        let name = name(of: set.id)
        try await install(
            RootInstallation(
                image: image, packages: missing,
                commit: ImageCommit(name: name, labels: labels.merging([WorkerContext.labelKey: label]) { $1 })))
        guard let root = try await engine.image(name).flatMap({ PreparedRoot($0, lastUsed: now()) }) else {
            return logger.warning("a prepared root could not be kept", metadata: ["root": "\(set.id.short)"])
        }
        catalogue.add(root)
        logger.info(
            "root prepared",
            metadata: [
                "root": "\(root.id.short)", "packages": "\(set.members.count)", "installed": "\(missing.count)",
                "size": "\(root.size.asBytes)", "layers": "\(root.layers)",
            ])
    }

    private func name(of id: ContentDigest) -> String { "localhost/binfarm-root-\(label):\(id.hex)" }
}

/// What is used stays; of the rest what was not used for the longest time goes when the budget is reached.
extension RootStore {
    private func hold(_ id: ContentDigest) {
        holders[id, default: 0] += 1
        catalogue.use(id, at: now())
    }

    private func release(_ id: ContentDigest?) {
        guard let id, let count = holders[id] else { return }
        holders[id] = count > 1 ? count - 1 : nil
        guard count == 1 else { return }
        do {
            try LastUses.write(catalogue.roots.values.map { ($0.id, $0.lastUsed) }, to: uses)
        } catch {
            logger.warning("not remembered when roots were used", metadata: ["error": "\(error)"])
        }
    }

    private func shrink() async {
        let budget: Int64 = if case .images(let bytes) = usage { bytes } else { 0 }
        // One at a time: meanwhile others come into use, or are built on.
        while let root = catalogue.superfluous(budget: budget, inUse: Set(holders.keys)).first {
            catalogue.remove(root.id)
            logger.info("root removed", metadata: ["root": "\(root.id.short)", "size": "\(root.size.asBytes)"])
            let task = Task { [name = name(of: root.id)] in await remove(name) }
            removing[root.id] = task
            await task.value
            removing[root.id] = nil
        }
    }

    /// What cannot be removed is found again at the next start.
    private func remove(_ image: String) async {
        do {
            try await engine.removeImage(image)
        } catch {
            logger.warning("image not removed", metadata: ["image": "\(image)", "error": "\(error)"])
        }
    }
}
