internal import Glibc
package import SystemPackage

/// Directories by syscall.
package enum Directory {
    /// Makes the directory and its parents.
    /// - Parameter durably: what is made is on the disk before this returns.
    package static func create(
        _ path: FilePath,
        permissions: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute],
        durably: Bool = false
    ) throws {
        if mkdir(path.string, permissions.rawValue) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, path.components.count > 1 else { throw Errno(rawValue: errno) }
            try create(path.removingLastComponent(), permissions: permissions, durably: durably)
            guard mkdir(path.string, permissions.rawValue) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
        }
        if durably { try AtomicFile.syncDirectory(of: path) }
    }

    /// Names in it, sorted, without `.` and `..`.
    package static func names(in path: FilePath) throws -> [String] {
        guard let directory = opendir(path.string) else { throw Errno(rawValue: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
