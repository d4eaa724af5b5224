internal import Logging
internal import Shared
internal import SystemPackage

/// Brings the distfiles of one build to this host: they are here already, or the coordinator has them, or this attempt
/// fetches them for the whole farm.
struct BuildDistfiles: Sendable {
    let distfiles: [Distfile]
    let attempt: AttemptID
    let context: WorkerContext
    let directory: AttemptDirectory

    /// Downloads under way at once.
    private static let width = 4
    /// A coordinator that takes nothing for so long does without.
    private static let patience = Duration.seconds(60)

    /// Brings what the farm has.
    /// - Returns: those that this attempt has to fetch: nobody has them.
    func gather() async throws -> [Distfile] {
        var located: [(Distfile, Blob)] = []
        var absent: [Distfile] = []
        // In the same order everywhere, one after the other: two attempts that each fetch what the other waits for would
        // wait for ever.
        for distfile in distfiles.sorted(by: { $0.digest.hex < $1.digest.hex }) where !context.distfiles.has(distfile) {
            switch try await DistfileInquiry(link: context.bulk, distfile: distfile, attempt: attempt).run() {
            case .located(let blob): located.append((distfile, blob))
            case .fetch: absent.append(distfile)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, (distfile, blob)) in located.enumerated() {
                if number >= Self.width { try await group.next() }
                group.addTask { try await download(distfile, blob) }
            }
            try await group.waitForAll()
        }
        return absent
    }

    private func download(_ distfile: Distfile, _ blob: Blob) async throws {
        // Another build of this host may have brought it meanwhile.
        guard !context.distfiles.has(distfile) else { return }
        try context.distfiles.add(distfile, from: try await context.cache.file(blob))
        await context.cache.forget(blob)
    }

    /// Takes over what a container has fetched into the build's DISTDIR, and offers it to the farm.
    /// - Throws: `Failure` when a file is not there or is another; what goes wrong with the offer is logged, as the build
    ///   has what it needs.
    func keep(_ fetched: [Distfile]) async throws {
        for distfile in fetched {
            let file = directory.distfiles.appending(distfile.name)
            let blob: Blob?
            do {
                blob = try await Blocking.run {
                    try context.distfiles.take(distfile, fetched: file, below: directory.path)
                }
            } catch let error as ForeignFileError {
                throw Failure(.fetchFailed, "what was fetched as \(distfile.name) cannot be used: \(error)")
            } catch Errno.noSuchFileOrDirectory {
                throw Failure(.fetchFailed, "\(distfile.name) was not fetched, though Portage says that all went well")
            }
            guard let blob else {
                throw Failure(.fetchFailed, "what was fetched as \(distfile.name) is not what its Manifest names")
            }
            try await offer(distfile, blob)
        }
    }

    /// Takes over those that are whole, when fetching has failed for others: the next attempt need not download them.
    func keepWhole(_ fetched: [Distfile]) async throws {
        for distfile in fetched {
            do { try await keep([distfile]) } catch is Failure { continue }
        }
    }

    private func offer(_ distfile: Distfile, _ blob: Blob) async throws {
        do {
            try await Upload(
                link: context.bulk, blob: blob, attempt: attempt, file: context.distfiles.path(of: distfile),
                distfile: distfile.digest, limit: Self.patience
            ).run()
        } catch let error where !(error is CancellationError) {
            context.logger.warning(
                "a distfile was not given to the farm", metadata: ["file": "\(distfile.name)", "error": "\(error)"])
        }
    }

    /// Names in the build's DISTDIR those that are on the shelf.
    func name() throws { try context.distfiles.name(distfiles, in: directory.distfiles) }
}
