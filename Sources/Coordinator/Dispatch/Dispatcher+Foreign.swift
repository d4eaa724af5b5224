import Core
import Logging
import Shared
import SystemPackage

/// Packages of binhosts of others become the farm's own, before the first build of the run that wants them.
extension Dispatcher {
    /// Fetched before they are published.
    private static let importsTogether = 16
    /// At once.
    private static let downloadsTogether = 4

    /// Takes over what is offered, as far as it can be had. What cannot is built. Ends early when it is cancelled.
    func takeOver(_ offers: [ForeignOffer], for run: RunID, into farm: Farm) async -> Takeovers.Packages {
        let name = farm.configuration.name
        let earlier = takeovers.last[name]
        let task = Task {
            _ = await earlier?.value
            return await takeOverNow(offers, for: run, into: farm)
        }
        takeovers.last[name] = task
        takeovers.notes[run] = "another run of \(name) takes packages of other binhosts over"
        let imports = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if takeovers.last[name] == task { takeovers.last[name] = nil }
        takeovers.notes[run] = nil
        return imports
    }

    private func takeOverNow(_ offers: [ForeignOffer], for run: RunID, into farm: Farm) async -> Takeovers.Packages {
        logger.info(
            "packages of other binhosts are taken over", metadata: ["run": "\(run)", "packages": "\(offers.count)"])
        let health = ServerHealth()
        var imports: Takeovers.Packages = [:]
        var rest = offers[...]
        // Nothing is published while what is published cannot be written down.
        while !rest.isEmpty, !Task.isCancelled, storeFault == nil {
            takeovers.notes[run] =
                "packages of other binhosts are fetched, \(offers.count - rest.count) of \(offers.count) are done"
            let fetched = await fetch(await nextBatch(of: &rest, for: farm), health)
            if !Task.isCancelled {
                for (source, record) in await publish(fetched, in: farm) {
                    imports[source.binhost.address, default: []].append(KnownPackage(record: record, facts: nil))
                }
            }
            // What was published has another name by now.
            for package in fetched { try? FileOperations.remove(package.file) }
        }
        return imports
    }

    /// As many as there is room for.
    private func nextBatch(
        of rest: inout ArraySlice<ForeignOffer>, for farm: Farm
    ) async -> [(PlannedJob, [ForeignPackage])] {
        // Of each twice its size is needed: as it comes, and without signatures.
        var room = services.staging.room() / 2
        var batch: [(PlannedJob, [ForeignPackage])] = []
        while let offer = rest.first, batch.count < Self.importsTogether {
            var packages: [ForeignPackage] = []
            for package in offer.packages {
                let isThere = await isThere(package.path(of: offer.job), farm)
                if isThere || isFree(package, offer.job, farm) { packages.append(package) }
            }
            guard let first = packages.first, let size = packages.map(\.binary.size).max() else {
                rest.removeFirst()
                continue
            }
            if size > room, !batch.isEmpty { break }
            rest.removeFirst()
            guard size <= room else {
                logger.warning(
                    "a package was not taken over",
                    metadata: ["package": "\(first.address)", "reason": "no room in the coordinator's staging"])
                continue
            }
            room -= size
            batch.append((offer.job, packages))
        }
        return batch
    }

    private func fetch(
        _ wanted: [(PlannedJob, [ForeignPackage])], _ health: ServerHealth
    ) async -> [ForeignImport] {
        let (directory, logger) = (services.staging.directory, logger)
        return await withTaskGroup(of: ForeignImport?.self) { group in
            var waiting = wanted[...]
            var imports: [ForeignImport] = []
            func begin() {
                guard let (job, packages) = waiting.popFirst() else { return }
                group.addTask { await Self.fetch(job, packages, into: directory, health, logger) }
            }
            for _ in 0..<Self.downloadsTogether { begin() }
            while let fetched = await group.next() {
                if let fetched { imports.append(fetched) }
                begin()
            }
            return imports
        }
    }

    /// The first that can be had.
    private nonisolated static func fetch(
        _ job: PlannedJob, _ packages: [ForeignPackage], into directory: FilePath, _ health: ServerHealth,
        _ logger: Logger
    ) async -> ForeignImport? {
        for package in packages where !Task.isCancelled && !health.isGivenUp(package.binhost.address) {
            let address = package.binhost.address
            do throws(ForeignError) {
                let fetched = try await package.fetch(for: job, into: directory)
                health.answered(address)
                return fetched
            } catch {
                if Task.isCancelled { return nil }
                logger.warning("a package was not taken over", metadata: ["reason": "\(error)"])
                guard error.isSilence else {
                    health.answered(address)
                    continue
                }
                if health.wasSilent(address) {
                    logger.warning(
                        "a binhost has fallen silent: nothing more of it is asked for now",
                        metadata: ["binhost": "\(address)"])
                }
            }
        }
        return nil
    }

    /// A package keeps its BUILD_ID, and a number is never given to two.
    private func isFree(_ package: ForeignPackage, _ job: PlannedJob, _ farm: Farm) -> Bool {
        let (name, buildID) = (farm.configuration.name, package.buildID)
        let last = scheduler.durable.buildIDs[Snapshot.FarmPackage(farm: name, cpv: job.cpv)] ?? 0
        return last < buildID
            || takeovers.numbers.contains(Takeovers.Number(farm: name, cpv: job.cpv, buildID: buildID))
    }

    /// It may be the same: of a run that was planned when the coordinator died.
    private func isThere(_ path: BinpkgPath, _ farm: Farm) async -> Bool {
        guard let package = await farm.binhost.package(at: path.description) else { return false }
        return farm.isUsable(package, in: path.format)
    }

    private func publish(
        _ imports: [ForeignImport], in farm: Farm
    ) async -> [(source: ForeignPackage, record: PublishedRecord)] {
        var present: Set<String> = []
        for package in imports {
            let path = package.source.path(of: package.job)
            if await isThere(path, farm) { present.insert(path.description) }
        }
        // Since they were asked for a build may have got a number. From here on none does: nothing is awaited in between.
        let taken = imports.filter { package in
            present.contains(package.expected.path) || isFree(package.source, package.job, farm)
        }
        for package in taken where !present.contains(package.expected.path) {
            takeovers.numbers.insert(package.number(in: farm))
        }
        feed(.adopting(farm: farm.configuration.name, taken.map { $0.record(of: $0.blob) }))
        var records: [(ForeignPackage, PublishedRecord)] = []
        for together in taken.chunked(bySize: Self.publicationSizeLimit) where !Task.isCancelled {
            let offers = together.map { Binhost.Offer(staged: $0.file, expected: $0.expected) }
            let results = await farm.binhost.publish(offers, signer: farm.signer)
            records += zip(together, results).compactMap { published($0, $1, farm) }
        }
        return records
    }

    private func published(
        _ package: ForeignImport, _ result: Result<PublishedPackage, BinhostError>, _ farm: Farm
    ) -> (ForeignPackage, PublishedRecord)? {
        do {
            let published = try result.get()
            takeovers.numbers.remove(package.number(in: farm))
            services.catalogue.register(published.sha256, at: farm.binhost.directory.appending(published.path))
            let blob = Blob(digest: published.sha256, size: published.size)
            return (package.source, package.record(of: blob, output: published.output))
        } catch {
            // What is cancelled in the middle of signing fails.
            if Task.isCancelled { return nil }
            logger.warning(
                "a package was not taken over",
                metadata: ["package": "\(package.source.address)", "reason": "\(error)"])
            return nil
        }
    }
}

extension ForeignImport {
    fileprivate func number(in farm: Farm) -> Takeovers.Number {
        Takeovers.Number(farm: farm.configuration.name, cpv: job.cpv, buildID: source.buildID)
    }
}

extension ForeignPackage {
    /// Where the farm has it.
    fileprivate func path(of job: PlannedJob) -> BinpkgPath {
        BinpkgPath(job.cpv, buildID: Int(buildID), format: format)
    }
}

extension [ForeignImport] {
    /// Pieces of at most so many bytes, or one package.
    fileprivate func chunked(bySize limit: Int64) -> [[ForeignImport]] {
        var chunks: [[ForeignImport]] = []
        var room: Int64 = 0
        for package in self {
            if package.blob.size > room || chunks.isEmpty {
                chunks.append([])
                room = limit
            }
            chunks[chunks.count - 1].append(package)
            room -= package.blob.size
        }
        return chunks
    }
}

/// What their binhosts have now is asked for when a run is submitted.
extension Dispatcher {
    /// farmctl waits for its answer meanwhile, for five seconds where nobody says otherwise.
    private static let patience = Duration.seconds(3)

    func refreshIndexes(of farm: Farm) async {
        await services.foreign.refresh(farm.settings.upstreams.binhosts, within: Self.patience)
    }

    /// Submits a run when the indexes of its farm's binhosts of others are here.
    func submitAfterRefresh(_ request: WireSubmitRequest, _ client: Client, _ number: UInt64) throws {
        _ = try self.request(of: request, client)
        let farm = try farm(request.farm)
        let wish = Wish(request)
        wishesBeginning.append(wish)
        Task {
            defer { wishHasBegun(wish) }
            await refreshIndexes(of: farm)
            var answer = WireCoordinatorMessage()
            answer.request = number
            do {
                if let storeFault { throw Refusal(.unavailable, storeFault, "make room on the coordinator's disk") }
                // Something may be done with the farm meanwhile.
                answer.submit = try submit(request, client)
            } catch let refusal as Refusal {
                answer.error = .make(refusal.code, refusal.message, refusal.remedy)
            }
            send(answer, to: client.peer)
        }
    }
}
