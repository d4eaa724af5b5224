import Core
import Logging
import Shared
import SystemPackage

/// From a finished package to the binhost, off the event loop.
extension Dispatcher {
    /// Begins what the batch at hand has given: one task for each farm, as a binhost takes one package after the other.
    func publishAll() {
        guard !publications.isEmpty else { return }
        let farms = Dictionary(grouping: publications, by: \.farm)
        publications = []
        for (name, publications) in farms {
            Task {
                for publication in publications where !isStopped { feed(await publish(publication)) }
                if let farm = self.farms[name] { await count(farm) }
            }
        }
    }

    /// The answer for the core.
    private func publish(_ publication: Publication) async -> Event {
        if let publisher = services.instruments.publisher { return await publisher.publish(publication) }
        guard let farm = farms[publication.farm] else {
            return .publicationRefused(
                publication.attempt,
                Failure(.invalidPackage, "its farm is not in the coordinator's configuration any more"))
        }
        let staged = services.staging.path(of: publication.package.digest)
        let expected = ExpectedPackage(
            cpv: publication.cpv, slot: publication.slot, repository: publication.repository,
            use: Set(publication.use), buildID: Int(publication.buildID), sha256: publication.package.digest,
            size: publication.package.size)
        let (binhost, signer) = farm.place(restrict: publication.restrict)
        do {
            let package = try await binhost.publish(staged: staged, expected: expected, signer: signer)
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
        } catch {
            services.staging.remove(publication.package.digest)
            return .publicationRefused(publication.attempt, Failure(.invalidPackage, "\(error)"))
        }
    }

    /// Takes packages out of a farm's binhost. What cannot be taken out now is asked for again when a run ends.
    func withdraw(_ paths: [String], from name: String) {
        guard let farm = farms[name] else { return }
        Task {
            do {
                var withdrawn: [String] = []
                for binhost in farm.binhosts { withdrawn += try await binhost.withdraw(Set(paths)) }
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
        var packages: [PublishedPackage] = []
        for binhost in farm.binhosts { packages += await binhost.packages }
        holdings[farm.configuration.name] = (Int64(packages.count), packages.reduce(0) { $0 + $1.size })
    }
}
