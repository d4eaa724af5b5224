import Glibc
import Shared
import SystemPackage

/// The farms' own images, and what they are made of, as files by their digests.
struct ImageShelf: Sendable {
    let directory: FilePath
    /// What farmctl has sent.
    let inputs: Staging

    /// What was sent so lately may be named by a run any moment.
    private let grace: Duration
    /// What stopped coming so long ago comes no more.
    private static let patience = Duration.seconds(24 * 3600)

    init(directory: FilePath, reserve: Int64, grace: Duration = .seconds(3600)) throws {
        self.directory = directory
        self.grace = grace
        inputs = try Staging(directory: directory.appending("inputs"), reserve: reserve)
    }

    func path(of image: ContentDigest) -> FilePath { directory.appending("\(image.hex).tar.zst") }

    func has(_ image: Blob) -> Bool { (try? FileStatus.size(of: path(of: image.digest))) == image.size }

    /// Takes an image over from where it was received; one that is here already may come again.
    func keep(_ image: Blob, from file: FilePath) throws {
        guard !has(image) else { return }
        let place = path(of: image.digest)
        guard rename(file.string, place.string) == 0 else { throw Errno(rawValue: errno) }
        try AtomicFile.syncDirectory(of: place)
    }

    /// Removes all others.
    func removeAll(exceptImages images: Set<ContentDigest>, inputs kept: Set<ContentDigest>) throws {
        let names = Set(images.map { path(of: $0).lastComponent?.string })
        for name in try Directory.names(in: directory) where name.hasSuffix(".tar.zst") && !names.contains(name) {
            unlink(directory.appending(name).string)
        }
        for name in try Directory.names(in: inputs.directory) {
            let path = inputs.directory.appending(name)
            let digest = ContentDigest(hex: name)
            guard !(digest.map(kept.contains) ?? false) else { continue }
            let age = Int64(time(nil)) - (try FileStatus.modified(path).seconds)
            if age >= (digest == nil ? Self.patience : grace).components.seconds { unlink(path.string) }
        }
    }
}
