internal import Glibc
internal import SystemPackage

/// Files in directories that a container could write. What is there may be a link to a file of the host's, or a pipe that
/// nobody writes: links are not followed, nothing waits, and only regular files count. While the container runs, it may
/// change what is read.
struct ForeignFile: ~Copyable {
    let descriptor: FileDescriptor
    /// Bytes.
    let size: Int64

    /// - Parameter root: the directory that only this worker writes; `path` lies below it.
    /// - Throws: `Errno` (`.noSuchFileOrDirectory` when there is none), `ForeignFileError` when it is no regular file.
    init(_ path: FilePath, below root: FilePath) throws {
        (descriptor, size) = try Self.openRegular(path, below: root)
    }

    deinit { try? descriptor.close() }

    /// - Throws: `ForeignFileError` when a link or anything else stands where a directory should be.
    static func checkDirectory(_ path: FilePath, below root: FilePath) throws {
        try open(path, below: root, O_DIRECTORY).close()
    }

    private static func openRegular(_ path: FilePath, below root: FilePath) throws -> (FileDescriptor, Int64) {
        let file = try open(path, below: root, O_NONBLOCK)
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            try? file.close()
            throw ForeignFileError(path: path)
        }
        return (file, Int64(status.st_size))
    }

    private static func open(_ path: FilePath, below root: FilePath, _ last: Int32) throws -> FileDescriptor {
        var relative = path
        guard relative.removePrefix(root), !relative.isEmpty else { throw ForeignFileError(path: path) }
        var current = try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec])
        let names = Array(relative.components)
        for (index, name) in names.enumerated() {
            let flags = index == names.count - 1 ? last : O_DIRECTORY
            let next = name.withPlatformString {
                openat(current.rawValue, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
            }
            let code = errno
            try? current.close()
            guard next >= 0 else {
                // A link, a file where a directory should be, or a socket.
                if [ELOOP, ENOTDIR, ENXIO].contains(code) { throw ForeignFileError(path: path) }
                throw Errno(rawValue: code)
            }
            current = FileDescriptor(rawValue: next)
        }
        return current
    }

    /// Makes the content durable.
    func sync() throws {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The beginning, as text.
    func text(limit: Int) throws -> String {
        var bytes = [UInt8](repeating: 0, count: Int(min(Int64(limit), size)))
        let count = try bytes.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: 0, into: $0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// A container left something else where its file should be.
struct ForeignFileError: Error, CustomStringConvertible {
    let path: FilePath

    var description: String { "\(path.lastComponent?.string ?? "\(path)") is a link or no regular file" }
}
