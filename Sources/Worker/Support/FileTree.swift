internal import Glibc
internal import SystemPackage

/// Whole directory trees, without following symbolic links. All of it blocks.
enum FileTree {
    /// Bytes on disk of a tree, as `du` counts; files that vanish meanwhile do not count.
    static func size(of path: FilePath) throws -> Int64 {
        var total: Int64 = 0
        var waiting = [path]
        while let next = waiting.popLast() {
            guard let status = status(next) else { continue }
            total += Int64(status.st_blocks) * 512
            if isDirectory(status) { waiting += names(next).map { next.appending($0) } }
        }
        return total
    }

    /// Removes a tree; one that is not there is no error.
    ///
    /// - Throws: the first `Errno` met; the rest is removed all the same.
    static func remove(_ path: FilePath) throws {
        var failure: Errno?
        func check(_ result: Int32) {
            if result != 0, errno != ENOENT { failure = failure ?? Errno(rawValue: errno) }
        }
        // A directory is met twice: before what is in it, and after.
        var waiting: [(path: FilePath, isEmptied: Bool)] = [(path, false)]
        while let next = waiting.popLast() {
            if next.isEmptied {
                check(next.path.withPlatformString { rmdir($0) })
            } else if let status = status(next.path) {
                if isDirectory(status) {
                    // Portage leaves directories that nobody may enter.
                    if status.st_mode & 0o700 != 0o700 { _ = next.path.withPlatformString { chmod($0, 0o700) } }
                    waiting.append((next.path, true))
                    waiting += names(next.path).map { (next.path.appending($0), false) }
                } else {
                    check(next.path.withPlatformString { unlink($0) })
                }
            }
        }
        if let failure { throw failure }
    }

    private static func status(_ path: FilePath) -> stat? {
        var status = stat()
        return path.withPlatformString { lstat($0, &status) } == 0 ? status : nil
    }

    private static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

    /// As bytes: names made by a package's tests need not be UTF-8.
    private static func names(_ path: FilePath) -> [FilePath.Component] {
        guard let directory = path.withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(directory) }
        var names: [FilePath.Component] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.bindMemory(to: CChar.self).baseAddress.flatMap { FilePath.Component(platformString: $0) }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
        return names
    }
}
