import Crypto
import Shared
import SystemPackage

/// What a package's index entry says of its file.
struct FileDigests: Equatable, Sendable {
    /// Bytes.
    let size: Int64
    /// Seconds since 1970.
    let modificationTime: Int64
    /// Lower-case hexadecimal, as are the others.
    let md5: String
    let sha1: String
    let sha256: ContentDigest

    /// Reads the file behind `descriptor` once, from its start, in bounded memory.
    init(of descriptor: FileDescriptor, path: FilePath) throws(BinhostError) {
        let status = try FileOperations.status(of: descriptor, path: path)
        var md5 = Insecure.MD5()
        var sha1 = Insecure.SHA1()
        var sha256 = ContentHasher()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while true {
            let count = try FileOperations.attempt("read", path) {
                try descriptor.read(fromAbsoluteOffset: offset, into: buffer)
            }
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            md5.update(bufferPointer: piece)
            sha1.update(bufferPointer: piece)
            sha256.update(piece)
            offset += Int64(count)
        }
        size = offset
        modificationTime = status.modificationTime
        self.md5 = md5.finalize().hexadecimal
        self.sha1 = sha1.finalize().hexadecimal
        self.sha256 = sha256.finish()
    }
}
