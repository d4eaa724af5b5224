internal import Glibc
package import SystemPackage

/// Writes a file beside its place and renames it there: a reader sees the old content or the new, never a half.
package enum AtomicFile {
    /// - Parameter owner: who has it from the start, which takes root; otherwise who writes it.
    /// - Throws: `Errno` of the step that failed; the old file is untouched then.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        owner: FileOwner? = nil
    ) throws {
        var beside = path
        beside.removeLastComponent()
        beside.append(".\(path.lastComponent?.string ?? "file").\(getpid()).\(UInt32.random(in: 0...UInt32.max)).new")
        do {
            let file = try FileDescriptor.open(
                beside, .writeOnly, options: [.create, .exclusiveCreate], permissions: permissions)
            try file.closeAfter {
                if let owner, fchown(file.rawValue, owner.user, owner.group) != 0 { throw Errno(rawValue: errno) }
                try file.writeAll(bytes)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(beside.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(beside.string)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Makes a rename or a new name in the directory of `path` durable.
    package static func syncDirectory(of path: FilePath) throws {
        let parent = path.removingLastComponent()
        try sync(directory: parent.isEmpty ? "." : parent)
    }

    /// Makes the names in a directory durable.
    package static func sync(directory path: FilePath) throws {
        let directory = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        try directory.closeAfter {
            guard fsync(directory.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
