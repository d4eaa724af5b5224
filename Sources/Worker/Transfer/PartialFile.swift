internal import Glibc
internal import Shared
internal import SystemPackage

/// A file that grows at its end, with the digest of what is in it: reading it again would cost a second for each GiB.
struct PartialFile: Sendable {
    private let file: FileDescriptor
    private(set) var size: Int64 = 0
    private var hasher = ContentHasher()

    /// Goes on with what is there of it. Blocks as long as reading that takes.
    /// - Parameter limit: what lies beyond is cut off.
    init(_ path: FilePath, upTo limit: Int64) throws {
        file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        do { try readWhatIsThere(upTo: limit) } catch {
            close()
            throw error
        }
    }

    private mutating func readWhatIsThere(upTo limit: Int64) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while size < limit {
            let wanted = min(buffer.count, Int(limit - size))
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            guard count > 0 else { break }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
        }
        guard ftruncate(file.rawValue, Int(size)) == 0 else { throw Errno(rawValue: errno) }
    }

    func close() { try? file.close() }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file.writeAll(toAbsoluteOffset: size, bytes)
        hasher.update(bytes)
        size += Int64(bytes.count)
    }

    /// Begins anew.
    mutating func empty() throws {
        guard ftruncate(file.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
        size = 0
        hasher = ContentHasher()
    }

    /// The digest of all.
    func digest() -> ContentDigest { hasher.finish() }
}
