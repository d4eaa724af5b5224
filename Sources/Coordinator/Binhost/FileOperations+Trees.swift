import Glibc
import SystemPackage

/// More names for files, and directories with all that is in them.
extension FileOperations {
    /// Directories from which on all file systems are written out at once: one wait for each of many thousands takes longer.
    private static let manyDirectories = 256

    /// Gives a file another name, which must be free.
    static func link(_ file: FilePath, to name: FilePath) throws(BinhostError) {
        try call("link \(file) to", name) {
            file.withPlatformString { from in name.withPlatformString { to in Glibc.link(from, to) } }
        }
    }

    /// Removes a directory and all that is in it, or a file; it is no error when there is none, or somebody else removes it
    /// too.
    static func removeTree(_ path: FilePath) throws(BinhostError) {
        guard try status(of: path)?.isDirectory == true else { return try remove(path) }
        for name in names(in: path) { try removeTree(path.appending(name)) }
        do {
            try call("remove", path) { path.withPlatformString { rmdir($0) } }
        } catch .system(_, _, .noSuchFileOrDirectory) {
            return
        }
    }

    /// Makes the names in these directories durable.
    static func synchronise(directories: some Collection<FilePath>) throws(BinhostError) {
        guard directories.count < manyDirectories else { return sync() }
        for directory in directories { try synchronise(directory: directory) }
    }
}
