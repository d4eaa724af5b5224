import Core
import Glibc
import Shared
import Synchronization
import SystemPackage

/// The distfiles that the farms have, each once: fetched by one worker for all, or put there by a person.
///
/// A file's name is its BLAKE2B, a hyphen and its SHA-256, so that what is there is known without reading it. A name is
/// given only to what was checked and is on the disk.
final class DistfileStore: Sendable {
    let directory: FilePath
    /// Where people put what only they may download, under the names that Manifests have for it.
    let byHand: FilePath
    /// Files that workers are sending.
    let incoming: Staging
    private let catalogue: BlobCatalogue
    private let known: Mutex<[BLAKE2bDigest: Blob]>
    /// What people have put there and is another file: it is not read again and again.
    private let refused = Mutex<[BLAKE2bDigest: FileVersion]>([:])

    /// Of a file that somebody may replace.
    private struct FileVersion: Equatable {
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64

        init?(_ path: FilePath) {
            guard let size = try? FileStatus.size(of: path), let time = try? FileStatus.modified(path) else {
                return nil
            }
            self.size = size
            (seconds, nanoseconds) = time
        }
    }

    private static let unfinished = ".unfinished"

    /// Reads the names in the directory, and removes what an interrupted copy or transfer left.
    /// - Parameter reserve: bytes that stay free.
    init(directory: FilePath, reserve: Int64 = 0, catalogue: BlobCatalogue) throws {
        self.directory = directory
        self.catalogue = catalogue
        incoming = try Staging(directory: directory.appending("incoming"), reserve: reserve)
        incoming.removeAll()
        byHand = directory.appending("by-hand")
        try Directory.create(byHand, durably: true)
        var known: [BLAKE2bDigest: Blob] = [:]
        for name in try Directory.names(in: directory) {
            let path = directory.appending(name)
            let parts = name.split(separator: "-")
            if parts.count == 2, let blake2b = BLAKE2bDigest(hex: parts[0]),
                let sha256 = ContentDigest(hex: String(parts[1]))
            {
                known[blake2b] = Blob(digest: sha256, size: try FileStatus.size(of: path))
                catalogue.register(sha256, at: path)
            } else if name.hasPrefix(Self.unfinished) {
                unlink(path.string)
            }
        }
        self.known = Mutex(known)
    }

    /// The file with this digest, if it is there.
    func blob(_ digest: BLAKE2bDigest) -> Blob? { known.withLock { $0[digest] } }

    /// Takes over a file that was received and checked, and is on the disk already.
    /// - Parameter staged: in `incoming` or beside the files; gone afterwards.
    /// - Throws: `Errno`; then nobody is told that it is there.
    func add(_ digest: BLAKE2bDigest, _ blob: Blob, staged: FilePath) throws {
        let path = path(digest, blob)
        guard rename(staged.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        try AtomicFile.sync(directory: directory)
        catalogue.register(blob.digest, at: path)
        known.withLock { $0[digest] = blob }
    }

    /// Somebody has put a file of that name and size there, and it is not known to be another.
    func isByHand(_ distfile: Distfile) -> Bool {
        let version = FileVersion(byHand.appending(distfile.name))
        return version?.size == distfile.size && refused.withLock { $0[distfile.digest] } != version
    }

    /// Copies what somebody put there, when it is that file. Reads all of it: blocks.
    /// - Returns: why it was not taken; nil when it is there now, or when there was none.
    func takeByHand(_ distfile: Distfile) -> String? {
        let source = byHand.appending(distfile.name)
        guard blob(distfile.digest) == nil, FileStatus.exists(source) else { return nil }
        let version = FileVersion(source)
        guard version?.size == distfile.size else {
            return "\(source) has not the \(distfile.size) bytes that the Manifest names"
        }
        guard incoming.room() >= distfile.size else { return "there is no room for a copy of \(source)" }
        let copy = directory.appending("\(Self.unfinished).\(UInt64.random(in: 0...UInt64.max))")
        do {
            let file = try FileDescriptor.open(source, .readOnly, options: [.closeOnExec, .nonBlocking])
            let copied = try file.closeAfter { try DigestingCopy(from: file, to: copy) }
            defer { unlink(copy.string) }
            guard copied.blake2b == distfile.digest, copied.blob.size == distfile.size else {
                refused.withLock { $0[distfile.digest] = version }
                return "\(source) has not the BLAKE2B that the Manifest names"
            }
            try add(distfile.digest, copied.blob, staged: copy)
            return nil
        } catch {
            return "\(source) cannot be taken: \(error)"
        }
    }

    /// What a plan needs to know of these: takes over what people have put there. Blocks.
    func held(_ distfiles: some Sequence<Distfile>) -> HeldDistfiles {
        var held = HeldDistfiles(place: byHand.string)
        for distfile in distfiles {
            if let fault = takeByHand(distfile) { held.faults[distfile.digest] = fault }
            if blob(distfile.digest) != nil { held.digests.insert(distfile.digest) }
        }
        return held
    }

    private func path(_ digest: BLAKE2bDigest, _ blob: Blob) -> FilePath {
        directory.appending("\(digest.hex)-\(blob.digest.hex)")
    }
}
