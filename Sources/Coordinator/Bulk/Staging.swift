import Glibc
import Shared
import SystemPackage

/// Files on their way in. `DIGEST.part` grows and survives a restart, so that a transfer goes on where it was; `DIGEST` is
/// whole and was checked. Used by the bulk server's thread; complete files are read and taken away by others.
struct Staging: Sendable {
    let directory: FilePath
    /// Bytes that stay free.
    let reserve: Int64

    init(directory: FilePath, reserve: Int64) throws {
        self.directory = directory
        self.reserve = reserve
        try Directory.create(directory, durably: true)
        // Names that an earlier coordinator gave count as well.
        try AtomicFile.sync(directory: directory)
    }

    func path(of digest: ContentDigest) -> FilePath { directory.appending(digest.hex) }

    func isComplete(_ blob: Blob) -> Bool { (try? FileStatus.size(of: path(of: blob.digest))) == blob.size }

    /// Bytes that may still be written.
    func room() -> Int64 {
        var status = statvfs()
        guard statvfs(directory.string, &status) == 0 else { return 0 }
        return Int64(status.f_bavail) * Int64(status.f_frsize) - reserve
    }

    func remove(_ digest: ContentDigest) { unlink(path(of: digest).string) }

    /// Removes everything, half received files too.
    func removeAll() {
        for name in (try? Directory.names(in: directory)) ?? [] { unlink(directory.appending(name).string) }
    }

    /// Opens what is there of a file, to go on.
    /// - Parameter distfile: what its BLAKE2B has to be too.
    func receive(_ blob: Blob, distfile: BLAKE2bDigest? = nil) throws -> IncomingFile {
        try IncomingFile(blob, distfile: distfile, in: self)
    }
}

/// One file that is being received.
struct IncomingFile: ~Copyable {
    let blob: Blob
    let distfile: BLAKE2bDigest?
    /// Bytes written so far.
    private(set) var size: Int64
    /// Bytes that the disk has been asked for.
    private var askedFor: Int64
    /// How many are asked for at once.
    private static let stretch: Int64 = 8 << 20
    private let file: FileDescriptor
    private let part: FilePath
    private let whole: FilePath
    /// nil once it has given its digests.
    private var hasher: Hasher?

    /// The digests of what is written.
    private struct Hasher: ~Copyable {
        private var sha256 = ContentHasher()
        private var blake2b: BLAKE2b?

        init(alsoBLAKE2b: Bool) { blake2b = alsoBLAKE2b ? BLAKE2b() : nil }

        mutating func update(_ bytes: UnsafeRawBufferPointer) {
            sha256.update(bytes)
            blake2b?.update(bytes)
        }

        consuming func finish() -> (ContentDigest, BLAKE2bDigest?) {
            let first = sha256.finish()
            return (first, blake2b.take()?.finish())
        }
    }

    fileprivate init(_ blob: Blob, distfile: BLAKE2bDigest?, in staging: Staging) throws {
        let part = staging.directory.appending("\(blob.digest.hex).part")
        let file = try FileDescriptor.open(
            part, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        do {
            // What an earlier connection brought counts only after it went through the hash.
            var hasher = Hasher(alsoBLAKE2b: distfile != nil)
            size = try Self.hash(file, upTo: blob.size, &hasher)
            askedFor = size
            self.hasher = consume hasher
        } catch {
            try? file.close()
            throw error
        }
        self.blob = blob
        self.distfile = distfile
        self.file = file
        self.part = part
        whole = staging.path(of: blob.digest)
    }

    private static func hash(
        _ file: FileDescriptor, upTo limit: Int64, _ hasher: inout Hasher
    ) throws -> Int64 {
        var size: Int64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SocketSettings.chunk, alignment: 16)
        defer { buffer.deallocate() }
        while size < limit {
            let count = try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, Int(limit - size))]))
            guard count > 0 else { break }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
        }
        return size
    }

    deinit { try? file.close() }

    var isComplete: Bool { size == blob.size }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file.writeAll(toAbsoluteOffset: size, bytes)
        hasher?.update(bytes)
        size += Int64(bytes.count)
        guard size - askedFor >= Self.stretch else { return }
        file.beginWritingOut(askedFor..<size)
        askedFor = size
    }

    /// Checks the digests; the file then has its final name, durably: its worker throws its own copy away once the end of the
    /// attempt is settled. A wrong one is removed, so that the next try begins anew; one that could not be written out too.
    mutating func finish() throws -> Bool {
        guard let found = hasher.take()?.finish(), found == (blob.digest, distfile) else {
            unlink(part.string)
            return false
        }
        guard fsync(file.rawValue) == 0 else {
            let code = Errno(rawValue: errno)
            unlink(part.string)
            throw code
        }
        guard rename(part.string, whole.string) == 0 else { throw Errno(rawValue: errno) }
        do { try AtomicFile.syncDirectory(of: whole) } catch {
            unlink(whole.string)
            throw error
        }
        return true
    }
}
