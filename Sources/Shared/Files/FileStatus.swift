internal import Glibc
package import SystemPackage

/// Whose a file is, by number.
package struct FileOwner: Sendable, Equatable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}

/// Questions about files, answered by `stat`.
package enum FileStatus {
    package static func permissions(of path: FilePath) throws -> FilePermissions {
        FilePermissions(rawValue: try status(of: path).st_mode & 0o7777)
    }

    package static func owner(of path: FilePath) throws -> FileOwner {
        let status = try status(of: path)
        return FileOwner(user: status.st_uid, group: status.st_gid)
    }

    package static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    /// Or leads to one.
    package static func isDirectory(_ path: FilePath) -> Bool {
        (try? status(of: path)).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Bytes.
    package static func size(of path: FilePath) throws -> Int64 { Int64(try status(of: path).st_size) }

    /// Seconds and nanoseconds since 1970.
    package static func modified(_ path: FilePath) throws -> (seconds: Int64, nanoseconds: Int64) {
        let time = try status(of: path).st_mtim
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    private static func status(of path: FilePath) throws -> stat {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return status
    }
}
