internal import Logging
internal import Shared

/// Sees to it that the engine has an epoch's image, once for all attempts that need it.
actor ImageStore {
    private let engine: any ContainerEngine
    private let cache: BlobCache
    private let logger: Logger
    private var loading: [ContentDigest: Task<Void, any Error>] = [:]

    init(engine: any ContainerEngine, cache: BlobCache, logger: Logger) {
        self.engine = engine
        self.cache = cache
        self.logger = logger
    }

    /// The engine itself remembers which archive an image came from.
    private static func name(of archive: Blob) -> String { "localhost/binfarm-epoch:\(archive.digest.hex)" }

    /// The engine has what is in the archive already.
    func adopt(_ image: String, as archive: Blob) async throws {
        try await engine.tag(image, as: Self.name(of: archive))
    }

    /// The engine's name for the image in an archive; the archive is fetched and loaded if need be.
    func name(of archive: Blob) async throws -> String {
        let name = Self.name(of: archive)
        if let running = loading[archive.digest] {
            try await running.valueUnlessCancelled()
            return name
        }
        let task = Task { [engine, cache, logger] in
            defer { loading[archive.digest] = nil }
            if try await engine.hasImage(name) { return }
            logger.info("fetching image", metadata: ["archive": "\(archive.digest.short)", "size": "\(archive.size)"])
            let file = try await cache.file(archive)
            try await engine.load(archive: file, as: name)
            // The engine has its own copy now.
            await cache.forget(archive)
            logger.info("image loaded", metadata: ["name": "\(name)"])
        }
        loading[archive.digest] = task
        try await task.valueUnlessCancelled()
        return name
    }
}
