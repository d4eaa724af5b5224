import Binpkgs
import Core
import Logging
import Shared
import SystemPackage

/// From a finished package to the binhost, off the event loop.
extension Dispatcher {
    /// Begins what the batch at hand has given. What comes while a farm's binhost is busy is published together afterwards.
    func publishAll() {
        for publication in publications { waitingPublications[publication.farm, default: []].append(publication) }
        publications = []
        for name in waitingPublications.keys where publishingFarms.insert(name).inserted {
            Task { await publishWaiting(of: name) }
        }
    }

    private func publishWaiting(of name: String) async {
        while !isStopped, let batch = nextPublications(of: name) {
            for event in await publish(batch, to: name) where !isStopped { feed(event) }
            if let farm = farms[name] { await count(farm) }
        }
        publishingFarms.remove(name)
    }

    /// As many as can be checked in about the time that writing the index takes, so that no dependent waits long for a
    /// package that happens to be published with larger ones.
    private func nextPublications(of name: String) -> [Publication]? {
        guard let waiting = waitingPublications[name] else { return nil }
        var size: Int64 = 0
        let batch = waiting.prefix(Self.publicationLimit).prefix { publication in
            size += publication.package.size
            return size <= Self.publicationSizeLimit
        }
        let number = max(1, batch.count)
        waitingPublications[name] = number == waiting.count ? nil : Array(waiting[number...])
        return Array(waiting[..<number])
    }

    private static let publicationLimit = 64
    /// Bytes.
    static let publicationSizeLimit: Int64 = 16 * 1024 * 1024

    /// The answers for the core.
    private func publish(_ batch: [Publication], to name: String) async -> [Event] {
        if let publisher = services.instruments.publisher {
            var events: [Event] = []
            for publication in batch { events.append(await publisher.publish(publication)) }
            return events
        }
        guard let farm = farms[name] else {
            let failure = Failure(.invalidPackage, "its farm is not in the coordinator's configuration any more")
            return batch.map { .publicationRefused($0.attempt, failure) }
        }
        var events: [Event] = []
        for place in farm.places {
            let publications = batch.filter { farm.place(restrict: $0.restrict).binhost === place.binhost }
            let results = await place.binhost.publish(publications.map(offer), signer: place.signer)
            events += zip(publications, results).map { answer($0, $1, place.binhost) }
        }
        return events
    }

    private func offer(_ publication: Publication) -> Binhost.Offer {
        Binhost.Offer(
            staged: services.staging.path(of: publication.package.digest),
            expected: ExpectedPackage(
                cpv: publication.cpv, slot: publication.slot, repository: publication.repository,
                use: Set(publication.use), buildID: Int(publication.buildID), sha256: publication.package.digest,
                size: publication.package.size, format: publication.format))
    }

    /// The answer for the core.
    private func answer(
        _ publication: Publication, _ result: Result<PublishedPackage, BinhostError>, _ binhost: Binhost
    ) -> Event {
        let staged = services.staging.path(of: publication.package.digest)
        do {
            let package = try result.get()
            services.catalogue.register(package.sha256, at: binhost.directory.appending(package.path))
            return .published(
                publication.attempt,
                PublishedRecord(
                    cpv: publication.cpv, buildID: publication.buildID, path: package.path,
                    package: Blob(digest: package.sha256, size: package.size), buildKey: publication.buildKey,
                    output: package.output))
        } catch BinhostError.noSpace(_, let detail) {
            return .storageFull("no room in the binhost of \(publication.farm): \(detail)", farm: publication.farm)
        } catch let error where error.isTransient && FileStatus.exists(staged) {
            return .storageFull(error.description, farm: publication.farm)
        } catch let error where error.isTransient {
            // The staged file is gone: what can be had again is had again.
            services.staging.remove(publication.package.digest)
            return .publicationRefused(publication.attempt, Failure(.transferFailed, error.description))
        } catch BinhostError.invalidPackage(.cannotBeSigned(let file)) {
            services.staging.remove(publication.package.digest)
            // The farm's configuration is what changed: no worker is to blame.
            let error = BinpkgError.cannotBeSigned(file: file)
            return .publicationRefused(publication.attempt, Failure(.refused, "\(error)"))
        } catch {
            services.staging.remove(publication.package.digest)
            return .publicationRefused(publication.attempt, Failure(.invalidPackage, "\(error)"))
        }
    }

    /// Takes packages that have been replaced out of a farm's binhost. What cannot be taken out now is asked for again when a
    /// run ends.
    func withdraw(_ paths: [String], from name: String) {
        guard let farm = farms[name] else { return }
        Task {
            do {
                var withdrawn: [String] = []
                for binhost in farm.binhosts { withdrawn += try await binhost.withdrawReplaced(Set(paths)) }
                guard !withdrawn.isEmpty else { return }
                logger.info("withdrawn", metadata: ["farm": "\(name)", "packages": "\(withdrawn)"])
                await count(farm)
            } catch {
                logger.warning("packages were not withdrawn", metadata: ["farm": "\(name)", "error": "\(error)"])
            }
        }
    }

    /// Which farms can publish; asked for again by the core while one cannot.
    func probeStorage() {
        guard services.staging.room() > 0 else { return feed(.storageFull("no room in the coordinator's staging")) }
        Task {
            var obstacles: [String: String] = [:]
            for (name, farm) in farms { obstacles[name] = await farm.obstacle }
            feed(obstacles.isEmpty ? .storageAvailable : .storagePartlyAvailable(obstacles))
        }
    }

    func count(_ farm: Farm) async {
        var sum: (packages: Int64, bytes: Int64) = (0, 0)
        for binhost in farm.binhosts {
            let held = await binhost.holdings
            sum = (sum.packages + held.packages, sum.bytes + held.bytes)
        }
        holdings[farm.configuration.name] = sum
    }
}
