import Core
import Logging
import Shared
import SystemPackage

/// Packages of binhosts of others become the farm's own, before the first build of the run that wants them.
extension Dispatcher {
    /// What was taken over, by the address of the binhost that had it.
    typealias Imports = [String: [KnownPackage]]

    /// Fetched before they are published together: one new index for all.
    private static let importsTogether = 16
    /// At once.
    private static let downloadsTogether = 4

    /// Takes over what is offered, as far as it can be had. What cannot is built.
    func takeOver(_ offers: [ForeignOffer], for run: RunID, into farm: Farm) async -> Imports {
        logger.info(
            "packages of other binhosts are taken over", metadata: ["run": "\(run)", "packages": "\(offers.count)"])
        var imports: Imports = [:]
        var rest = offers[...]
        while !rest.isEmpty, !isStopped, scheduler.durable.runs[run]?.record.state == .resolving {
            let fetched = await fetch(rest.prefix(Self.importsTogether), for: farm)
            rest = rest.dropFirst(Self.importsTogether)
            for (source, record) in await publish(fetched, in: farm) {
                imports[source.binhost.address, default: []].append(KnownPackage(record: record, facts: nil))
            }
        }
        return imports
    }

    private func fetch(_ offers: ArraySlice<ForeignOffer>, for farm: Farm) async -> [ForeignImport] {
        var wanted: [(PlannedJob, [ForeignPackage])] = []
        for offer in offers {
            var possible: [ForeignPackage] = []
            for package in offer.packages where await canHold(offer.job.cpv, package, farm) {
                possible.append(package)
            }
            if !possible.isEmpty { wanted.append((offer.job, possible)) }
        }
        let (staging, logger) = (services.staging, logger)
        return await withTaskGroup(of: ForeignImport?.self) { group in
            var waiting = wanted[...]
            var imports: [ForeignImport] = []
            func begin() {
                guard let (job, packages) = waiting.popFirst() else { return }
                group.addTask { await Self.fetch(job, packages, into: staging, logger) }
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
        _ job: PlannedJob, _ packages: [ForeignPackage], into staging: Staging, _ logger: Logger
    ) async -> ForeignImport? {
        for package in packages {
            do {
                guard staging.room() > 2 * package.binary.size else {
                    throw ForeignError(place: package.place, problem: "no room in the coordinator's staging")
                }
                let (file, blob) = try await package.fetch(into: staging.directory)
                return ForeignImport(job: job, source: package, file: file, blob: blob)
            } catch {
                logger.warning("a package was not taken over", metadata: ["reason": "\(error)"])
            }
        }
        return nil
    }

    /// A package keeps its BUILD_ID, and a number is never given to two. One that lies there may be the same: of a run that
    /// was planned when the coordinator died.
    private func canHold(_ cpv: CPV, _ package: ForeignPackage, _ farm: Farm) async -> Bool {
        let buildID = package.binary.buildID
        let last = scheduler.durable.buildIDs[Snapshot.FarmPackage(farm: farm.configuration.name, cpv: cpv)] ?? 0
        if last < buildID { return true }
        let path = BinpkgPath(cpv, buildID: Int(buildID), format: package.format)
        return await farm.binhost.package(at: path.description) != nil
    }

    private func publish(_ imports: [ForeignImport], in farm: Farm) async -> [(ForeignPackage, PublishedRecord)] {
        var taken: [ForeignImport] = []
        for fetched in imports {
            // Since it was asked for a build may have got the number.
            guard await canHold(fetched.job.cpv, fetched.source, farm) else {
                services.staging.remove(fetched.blob.digest)
                continue
            }
            taken.append(fetched)
        }
        // From now on no build gets their numbers.
        feed(.adopting(farm: farm.configuration.name, taken.map { $0.record(of: $0.blob) }))
        let offers = taken.map { Binhost.Offer(staged: $0.file, expected: $0.expected) }
        let results = await farm.binhost.publish(offers, signer: farm.signer)
        return zip(taken, results).compactMap { fetched, result -> (ForeignPackage, PublishedRecord)? in
            do {
                let package = try result.get()
                services.catalogue.register(package.sha256, at: farm.binhost.directory.appending(package.path))
                let blob = Blob(digest: package.sha256, size: package.size)
                return (fetched.source, fetched.record(of: blob, output: package.output))
            } catch {
                services.staging.remove(fetched.blob.digest)
                logger.warning(
                    "a package was not taken over",
                    metadata: ["package": "\(fetched.source.place)", "reason": "\(error)"])
                return nil
            }
        }
    }
}

/// What their binhosts have now is asked for when a run is submitted.
extension Dispatcher {
    /// farmctl waits for its answer meanwhile.
    private static let patience = Duration.seconds(4)

    func refreshIndexes(of farm: Farm) async {
        await services.foreign.refresh(farm.configuration.foreignBinhosts, within: Self.patience)
    }

    /// Submits a run when the indexes of its farm's binhosts of others are here.
    func submitAfterRefresh(_ request: WireSubmitRequest, _ client: Client, _ number: UInt64) throws {
        _ = try self.request(of: request, client)
        let farm = try farm(request.farm)
        Task {
            await refreshIndexes(of: farm)
            var answer = WireCoordinatorMessage()
            answer.request = number
            do {
                // Something may be done with the farm meanwhile.
                answer.submit = try submit(request, client)
            } catch let refusal as Refusal {
                answer.error = .make(refusal.code, refusal.message, refusal.remedy)
            }
            send(answer, to: client.peer)
        }
    }
}
