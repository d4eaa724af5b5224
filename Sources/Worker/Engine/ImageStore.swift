internal import FoundationEssentials
internal import Logging
internal import Shared
internal import SystemPackage

/// Sees to it that the engine has an epoch's image, once for all attempts that need it; images that no attempt has needed
/// for two weeks go.
actor ImageStore {
    private let engine: any ContainerEngine
    private let cache: BlobCache
    private let logger: Logger
    private var loading: [ContentDigest: Task<Void, any Error>] = [:]
    /// When this worker needed its images last.
    private var uses: [ContentDigest: Int64]
    private let file: FilePath
    /// Where archives' images can be pulled, as the coordinator has said last.
    private var registryImages: [ContentDigest: RegistryImage] = [:]
    private let now: @Sendable () -> Int64

    /// Longer than any attempt takes. Seconds.
    private static let kept: Int64 = 14 * 24 * 3600

    /// - Parameters:
    ///   - uses: the file that remembers when each image was used.
    ///   - now: seconds since 1970.
    init(
        engine: any ContainerEngine, cache: BlobCache, uses file: FilePath, logger: Logger,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.engine = engine
        self.cache = cache
        self.file = file
        self.logger = logger
        self.now = now
        uses = (try? LastUses.read(file)) ?? [:]
    }

    /// The engine itself remembers which archive an image came from.
    private static func name(of archive: ContentDigest) -> String { "localhost/binfarm-epoch:\(archive.hex)" }

    /// The engine has what is in the archive already.
    func adopt(_ image: String, as archive: Blob) async throws {
        try await engine.tag(image, as: Self.name(of: archive.digest))
        use(archive.digest)
    }

    /// An archive's image is in a registry, too.
    func learn(_ image: RegistryImage, of archive: Blob) { registryImages[archive.digest] = image }

    /// The engine's name for the image in an archive; it is pulled, or the archive fetched and loaded, if need be.
    func name(of archive: Blob) async throws -> String {
        let name = Self.name(of: archive.digest)
        use(archive.digest)
        if let running = loading[archive.digest] {
            try await running.valueUnlessCancelled()
            return name
        }
        let task = Task { [engine] in
            defer { loading[archive.digest] = nil }
            if try await engine.hasImage(name) { return }
            if await !pull(archive, as: name) { try await fetch(archive, as: name) }
            await tidy()
        }
        loading[archive.digest] = task
        try await task.valueUnlessCancelled()
        return name
    }

    /// Whether it came from a registry.
    private func pull(_ archive: Blob, as name: String) async -> Bool {
        guard let image = registryImages[archive.digest] else { return false }
        logger.info("pulling image", metadata: ["image": "\(image)"])
        do {
            try await engine.pull(image, as: name)
            logger.info("image pulled", metadata: ["name": "\(name)"])
            return true
        } catch {
            logger.warning(
                "an image cannot be pulled; it comes from the coordinator",
                metadata: ["image": "\(image)", "error": "\(error)"])
            return false
        }
    }

    private func fetch(_ archive: Blob, as name: String) async throws {
        logger.info("fetching image", metadata: ["archive": "\(archive.digest.short)", "size": "\(archive.size)"])
        let file = try await cache.file(archive)
        try await engine.load(archive: file, as: name)
        // The engine has its own copy now.
        await cache.forget(archive)
        logger.info("image loaded", metadata: ["name": "\(name)"])
    }

    private func use(_ image: ContentDigest) {
        let before = uses.updateValue(now(), forKey: image)
        // It need not be known to the minute.
        guard before.map({ now() - $0 > 3600 }) ?? true else { return }
        do {
            try LastUses.write(uses.map { ($0.key, $0.value) }, to: file)
        } catch {
            logger.warning("the use of an image is not remembered", metadata: ["error": "\(error)"])
        }
    }

    private func tidy() async {
        for (image, used) in uses where now() - used > Self.kept && loading[image] == nil {
            do {
                try await engine.removeImage(Self.name(of: image))
                uses[image] = nil
                logger.info("image removed: not needed for two weeks", metadata: ["archive": "\(image.short)"])
            } catch {
                logger.warning(
                    "an old image cannot be removed", metadata: ["archive": "\(image.short)", "error": "\(error)"])
            }
        }
    }
}
