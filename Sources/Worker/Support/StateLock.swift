internal import Glibc
internal import SystemPackage

/// One worker process for each state directory.
struct StateLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: when another process holds it.
    init(in directory: FilePath) throws { file = try Self.open(directory.appending("lock")) }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        // Closed in children: a container engine that outlives the worker must not keep it.
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let code = Errno(rawValue: errno)
            try? file.close()
            throw StateLockError(path: path.string, errno: code)
        }
        return file
    }

    deinit { try? file.close() }
}

struct StateLockError: Error, CustomStringConvertible {
    let path: String
    let errno: Errno

    var description: String {
        errno == .wouldBlock || errno == .resourceTemporarilyUnavailable
            ? "\(path): another worker uses this state directory; stop it, or give this one its own `state`"
            : "\(path): cannot be locked: \(errno)"
    }
}
