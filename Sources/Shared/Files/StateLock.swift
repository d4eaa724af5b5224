internal import Glibc
package import SystemPackage

/// One process for each state directory, for as long as this lives.
package struct StateLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: when another process holds it.
    package init(in directory: FilePath) throws(StateLockError) {
        file = try Self.lock(directory.appending("lock"))
    }

    private static func lock(_ path: FilePath) throws(StateLockError) -> FileDescriptor {
        do {
            // Closed in children: what outlives this process must not keep it.
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
            guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                let code = Errno(rawValue: errno)
                try? file.close()
                throw code
            }
            return file
        } catch {
            throw StateLockError(path: path.string, errno: error as? Errno ?? .ioError)
        }
    }

    deinit { try? file.close() }
}

/// A state directory that cannot be had for this process alone.
package struct StateLockError: Error, CustomStringConvertible {
    let path: String
    let errno: Errno

    package var description: String {
        errno == .wouldBlock || errno == .resourceTemporarilyUnavailable
            ? "\(path): another process uses this state directory; stop it, or give this one its own `state`"
            : "\(path): cannot be locked: \(errno)"
    }
}
