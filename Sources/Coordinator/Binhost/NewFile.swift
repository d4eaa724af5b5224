import Glibc
import SystemPackage

/// A file that is made at once, from many pieces.
///
/// A large one goes past the page cache, in large writes: through it the index of 30,000 packages took two to five times as
/// long, most of that in the processor, and drove out of memory what clients read.
struct NewFile: ~Copyable {
    private let descriptor: FileDescriptor
    private let path: FilePath
    private let isDirect: Bool

    /// Bytes from which on the page cache is passed by.
    static let directSize = 1024 * 1024
    /// Bytes of one write, a multiple of every device's block.
    private static let stretch = 4 * 1024 * 1024
    /// What addresses, offsets and lengths of direct writes are multiples of.
    private static let alignment = 4096

    /// Replaces what is there.
    /// - Parameter size: about how much will be written, bytes.
    init(_ path: FilePath, size: Int) throws(BinhostError) {
        self.path = path
        descriptor = try FileOperations.open(path, .writeOnly, options: [.create, .truncate])
        // Not every file system can; then the cache is used.
        isDirect = size >= Self.directSize && fcntl(descriptor.rawValue, F_SETFL, __O_DIRECT) == 0
    }

    deinit {
        try? descriptor.close()
    }

    /// Writes the whole content.
    func write(_ pieces: [[UInt8]]) throws(BinhostError) {
        let size = pieces.reduce(0) { $0 + $1.count }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(Self.stretch, Self.roundedUp(size)), alignment: Self.alignment)
        defer { buffer.deallocate() }
        var used = 0
        var offset: Int64 = 0
        for piece in pieces {
            var rest = piece[...]
            while !rest.isEmpty {
                let part = rest.prefix(buffer.count - used)
                part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: $0) }
                used += part.count
                rest = rest.dropFirst(part.count)
                guard used == buffer.count else { continue }
                try flush(UnsafeRawBufferPointer(buffer), at: offset)
                offset += Int64(used)
                used = 0
            }
        }
        guard used > 0 else { return }
        guard isDirect else { return try flush(UnsafeRawBufferPointer(rebasing: buffer[..<used]), at: offset) }
        let end = min(buffer.count, Self.roundedUp(used))
        UnsafeMutableRawBufferPointer(rebasing: buffer[used..<end]).initializeMemory(as: UInt8.self, repeating: 0)
        try flush(UnsafeRawBufferPointer(rebasing: buffer[..<end]), at: offset)
        try FileOperations.attempt("set the size of", path) { try descriptor.resize(to: Int64(size)) }
    }

    /// Sets the time (seconds since 1970) and waits until all is on the disk.
    func finish(modificationTime: Int64) throws(BinhostError) {
        try FileOperations.setTime(modificationTime, of: descriptor, path: path)
        try FileOperations.synchronise(descriptor, path: path)
    }

    private func flush(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(BinhostError) {
        try FileOperations.attempt("write", path) {
            do {
                try descriptor.writeAll(toAbsoluteOffset: offset, bytes)
            } catch Errno.invalidArgument where isDirect {
                // The file system takes the flag and not the write, or wants larger blocks.
                guard fcntl(descriptor.rawValue, F_SETFL, 0) == 0 else { throw Errno.invalidArgument }
                try descriptor.writeAll(toAbsoluteOffset: offset, bytes)
            }
        }
    }

    private static func roundedUp(_ size: Int) -> Int { max(1, (size + alignment - 1) / alignment) * alignment }
}
