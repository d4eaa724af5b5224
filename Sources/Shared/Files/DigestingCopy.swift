internal import Glibc
package import SystemPackage

/// Copies a file and says what was copied: whatever becomes of the source meanwhile, the digests are the copy's.
package struct DigestingCopy: Sendable {
    /// SHA-256 and size.
    package let blob: Blob
    package let blake2b: BLAKE2bDigest

    /// Copies an open file from its start to a new file, and writes that out; not its name in the directory. Blocks.
    /// - Throws: `Errno`, `.fileExists` when `target` is there already; else nothing is left of it.
    package init(from source: FileDescriptor, to target: FilePath) throws {
        let file = try FileDescriptor.open(
            target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        do {
            (blob, blake2b) = try file.closeAfter {
                let digests = try Self.copy(source, file)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                return digests
            }
        } catch {
            unlink(target.string)
            throw error
        }
    }

    private static func copy(_ source: FileDescriptor, _ target: FileDescriptor) throws -> (Blob, BLAKE2bDigest) {
        var sha256 = ContentHasher()
        var blake2b = BLAKE2b()
        var size: Int64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(fromAbsoluteOffset: size, into: buffer)
            guard count > 0 else { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            sha256.update(piece)
            blake2b.update(piece)
            try target.writeAll(piece)
            size += Int64(count)
        }
        return (Blob(digest: sha256.finish(), size: size), blake2b.finish())
    }
}
