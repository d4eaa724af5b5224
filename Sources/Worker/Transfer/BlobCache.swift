internal import Glibc
internal import Shared
internal import SystemPackage

/// Files by digest: those that the coordinator sent. Who asks for the same at the same time shares one download.
///
/// They are not synced, which for a set of dependencies would cost more than their transfer. A host that crashed may have lost
/// what was in them: after each boot they count as half fetched, and are read before they are used again.
actor BlobCache {
    private let blobs: FilePath
    private let partial: FilePath
    private let link: BulkLink
    private var downloads: [ContentDigest: Task<Void, any Error>] = [:]

    /// - Parameter boot: unlike that of any other boot of this host.
    init(directory: FilePath, link: BulkLink, boot: String = HostFacts.boot) throws {
        blobs = directory.appending("blobs")
        partial = directory.appending("partial")
        self.link = link
        try Directory.create(blobs)
        try Directory.create(partial)
        try doubt(unless: boot, isIn: directory.appending("boot"))
    }

    private nonisolated func doubt(unless boot: String, isIn mark: FilePath) throws {
        guard boot.isEmpty || (try? SmallFile.read(mark)) != boot else { return }
        for name in try Directory.names(in: blobs) {
            guard rename(blobs.appending(name).string, partial.appending(name).string) == 0 else {
                throw Errno(rawValue: errno)
            }
        }
        try AtomicFile.write(Array(boot.utf8), to: mark)
    }

    private nonisolated func path(of blob: Blob) -> FilePath { blobs.appending(blob.digest.hex) }

    /// The file with this content, fetched if need be.
    func file(_ blob: Blob) async throws -> FilePath {
        let path = path(of: blob)
        // It was checked before it got its name.
        if let size = try? FileStatus.size(of: path), size == blob.size { return path }
        if let running = downloads[blob.digest] {
            try await running.valueUnlessCancelled()
            return path
        }
        let part = partial.appending(blob.digest.hex)
        let task = Task { [link] in
            defer { downloads[blob.digest] = nil }
            try await Download(link: link, blob: blob, part: part).run()
            guard rename(part.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        }
        downloads[blob.digest] = task
        try await task.valueUnlessCancelled()
        return path
    }

    /// Lets go of a file that is not needed again soon.
    func forget(_ blob: Blob) { unlink(path(of: blob).string) }

    /// Ends all downloads.
    func stop() { for task in downloads.values { task.cancel() } }
}
