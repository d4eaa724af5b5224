import NIOCore
import NIOPosix
import SystemPackage

/// A file of a binhost, open for a client. The descriptor keeps the state that was opened when the file is replaced.
final class ServedFile: Sendable {
    /// NIO has a FileDescriptor too.
    private typealias Descriptor = SystemPackage.FileDescriptor

    /// Bytes.
    let size: Int64
    /// Seconds since 1970.
    let modificationTime: Int64
    /// Equal as long as the content is: published files never change, and the index gets a new TIMESTAMP and inode.
    let etag: String
    private let descriptor: Descriptor

    /// Opens a plain file below `directory`, nil when there is none that may be served.
    ///
    /// Every step of the way is opened by itself without following symbolic links, so nothing outside is reached.
    /// - Parameter components: names without separators; `.`, `..`, names that begin with a dot and empty ones are refused.
    init?(_ components: [String], below directory: FilePath) {
        guard let name = components.last, components.allSatisfy(Self.isServable),
            var parent = try? Descriptor.open(directory, .readOnly, options: [.closeOnExec, .directory])
        else { return nil }
        for component in components.dropLast() {
            let next = Self.open(component, in: parent, options: [.directory])
            try? parent.close()
            guard let next else { return nil }
            parent = next
        }
        // A FIFO would otherwise wait for its writer.
        let file = Self.open(name, in: parent, options: [.nonBlocking])
        try? parent.close()
        guard let file else { return nil }
        guard let status = try? FileOperations.status(of: file, path: FilePath(name)), status.isPlainFile else {
            try? file.close()
            return nil
        }
        descriptor = file
        size = status.size
        modificationTime = status.modificationTime
        etag =
            "\"\(String(status.modificationTime, radix: 16))-\(String(status.size, radix: 16))-"
            + "\(String(status.inode, radix: 16))\""
    }

    deinit {
        try? descriptor.close()
    }

    /// Reads a piece on NIO's thread pool for blocking work. Empty at the end.
    func read(at offset: Int64, count: Int) async throws -> ByteBuffer {
        try await NIOThreadPool.singleton.runIfActive {
            var buffer = ByteBuffer()
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                try self.descriptor.read(
                    fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
            }
            return buffer
        }
    }

    /// Whether a name in a request may be a file of the binhost at all.
    static func isServable(_ component: String) -> Bool {
        !component.isEmpty && component.first != "." && !component.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 32 }
    }

    private static func open(
        _ name: String, in parent: Descriptor, options: Descriptor.OpenOptions
    ) -> Descriptor? {
        let flags = options.union([.closeOnExec, .noFollow]).rawValue
        let raw = SystemCalls.openat(parent.rawValue, name, flags)
        return raw < 0 ? nil : Descriptor(rawValue: raw)
    }
}
