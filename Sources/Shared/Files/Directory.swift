internal import Glibc
package import SystemPackage

/// Directories by syscall.
package enum Directory {
    /// Makes the directory and its parents.
    package static func create(
        _ path: FilePath, permissions: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
    ) throws {
        guard mkdir(path.string, permissions.rawValue) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, path.components.count > 1 else { throw Errno(rawValue: errno) }
        try create(path.removingLastComponent(), permissions: permissions)
        guard mkdir(path.string, permissions.rawValue) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
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
