import Logging
import Shared
import SystemPackage

/// Opens what the coordinator's state has of a farm, or makes it where there is nothing yet.
struct FarmOpener: Sendable {
    /// The coordinator's.
    let state: FilePath
    let homes: KeyHomes
    let images: ImageShelf
    let catalogue: BlobCatalogue
    let logger: Logger
    /// Bytes that a farm keeps free which coordinator.yaml does not describe.
    let reserve: Int64

    /// - Parameter made: its newest image, of those that were made for it.
    func open(_ configuration: FarmConfiguration, made: FarmImage?) async throws -> Farm {
        let name = configuration.name
        let image = try await image(of: configuration)
        var farm = Farm(
            configuration: configuration, image: image,
            binhost: try binhost("binhosts", of: configuration), withheld: try binhost("withheld", of: configuration),
            releases: ReleaseShelf(directory: state.appending("releases").appending(name)), homes: homes)
        if image == nil, let made {
            farm.take(made, isThere: images.has(made.archive))
            if farm.image == nil {
                logger.warning(
                    "the farm's image is not there; farmctl image build makes it again",
                    metadata: ["farm": "\(name)", "path": "\(images.path(of: made.archive.digest))"])
            }
        }
        try await checkKey(of: farm)
        try farm.releases.tidy()
        let tidied = try await farm.tidy()
        if !tidied.isEmpty {
            logger.notice(
                "withdrawn for `bindist: \(farm.bindist)`", metadata: ["farm": "\(name)", "packages": "\(tidied)"])
        }
        for binhost in farm.binhosts {
            for package in await binhost.packages {
                catalogue.register(package.sha256, at: binhost.directory.appending(package.path))
            }
        }
        if let image, let path = configuration.image { catalogue.register(image.digest, at: path) }
        return farm
    }

    /// A key that coordinator.yaml names signs something before the coordinator serves. One that a farm file names did so when it
    /// came: when it does not now, nothing of that one farm is published, and `farmctl status` says why.
    private func checkKey(of farm: Farm) async throws {
        guard let key = farm.signer?.key else { return }
        do throws(SigningError) { try await key.check() } catch {
            let problem = "the packages of farm \(farm.configuration.name) cannot be signed: \(error)"
            guard farm.configuration.signing == nil else {
                throw ConfigurationError(file: key.home.string, problem: problem)
            }
            logger.error("\(problem)")
        }
    }

    /// What the configuration names; nil when it names none.
    private func image(of farm: FarmConfiguration) async throws -> Blob? {
        guard let path = farm.image else { return nil }
        do { return try await Self.digest(path) } catch {
            throw ConfigurationError(
                file: path.string, problem: "the image of farm \(farm.name) cannot be read: \(error)")
        }
    }

    private func binhost(_ folder: String, of farm: FarmConfiguration) throws -> Binhost {
        let binhost = try Binhost(directory: state.appending(folder).appending(farm.name), reserve: farm.reserve)
        for warning in binhost.warnings {
            logger.warning("\(folder)", metadata: ["farm": "\(farm.name)", "warning": "\(warning)"])
        }
        return binhost
    }

    @concurrent
    private static func digest(_ path: FilePath) async throws -> Blob { try ContentHasher.blob(of: path) }
}
