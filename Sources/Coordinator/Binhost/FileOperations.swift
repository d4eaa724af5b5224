// Its header includes sys/stat.h and time.h, and the compiler takes their types to belong to whichever module it read first.
import CArchive
import Glibc
import SystemPackage

/// The file system calls of the binhost, with errors that name the operation and the path.
enum FileOperations {
    struct Status {
        let isPlainFile: Bool
        let isDirectory: Bool
        /// Bytes.
        let size: Int64
        /// Seconds since 1970.
        let modificationTime: Int64
        let inode: UInt64
        let device: UInt64
        /// Names that the file has.
        let links: UInt64

        init(_ raw: stat) {
            // S_IFMT, S_IFREG and S_IFDIR, which are ambiguous for the same reason.
            isPlainFile = raw.st_mode & 0o170000 == 0o100000
            isDirectory = raw.st_mode & 0o170000 == 0o040000
            size = Int64(raw.st_size)
            modificationTime = Int64(raw.st_mtim.tv_sec)
            inode = UInt64(raw.st_ino)
            device = UInt64(raw.st_dev)
            links = UInt64(raw.st_nlink)
        }
    }

    /// Runs a call and turns its errno into the right error: a full disk or quota is told apart.
    static func attempt<T>(_ operation: String, _ path: FilePath, _ body: () throws -> T) throws(BinhostError) -> T {
        do {
            return try body()
        } catch let error as BinhostError {
            throw error
        } catch {
            throw failure(operation, path, (error as? Errno) ?? .ioError)
        }
    }

    static func failure(_ operation: String, _ path: FilePath, _ errno: Errno) -> BinhostError {
        if errno == .noSpace || errno == Errno(rawValue: EDQUOT) {
            return .noSpace(path: path.string, detail: "\(operation): \(errno)")
        }
        return .system(operation: operation, path: path.string, errno: errno)
    }

    static func call(_ operation: String, _ path: FilePath, _ body: () -> Int32) throws(BinhostError) {
        while body() != 0 {
            let code = Errno(rawValue: errno)
            if code != .interrupted { throw failure(operation, path, code) }
        }
    }

    static func status(of descriptor: FileDescriptor, path: FilePath) throws(BinhostError) -> Status {
        var raw = stat()
        try call("examine", path) { fstat(descriptor.rawValue, &raw) }
        return Status(raw)
    }

    /// Of the path itself: a symbolic link is not followed. Nil when there is nothing.
    static func status(of path: FilePath) throws(BinhostError) -> Status? {
        var raw = stat()
        do {
            try call("examine", path) { path.withPlatformString { lstat($0, &raw) } }
        } catch .system(_, _, .noSuchFileOrDirectory) {
            return nil
        }
        return Status(raw)
    }

    static func open(
        _ path: FilePath, _ mode: FileDescriptor.AccessMode = .readOnly,
        options: FileDescriptor.OpenOptions = []
    ) throws(BinhostError) -> FileDescriptor {
        try attempt("open", path) {
            try FileDescriptor.open(
                path, mode, options: options.union([.closeOnExec, .noFollow]),
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        }
    }

    /// Makes the directory and those above it, durably.
    static func makeDirectories(_ path: FilePath) throws(BinhostError) {
        for parent in try makeUnsettledDirectories(path) { try synchronise(directory: parent) }
    }

    /// Makes the directory and those above it.
    /// - Returns: the directories to be synchronised for that, the deepest first: on a journaling file system that is then
    ///   one wait for the disk.
    static func makeUnsettledDirectories(_ path: FilePath) throws(BinhostError) -> [FilePath] {
        if try status(of: path)?.isDirectory == true { return [] }
        let parent = path.removingLastComponent()
        let above = parent.isEmpty || parent == path ? [] : try makeUnsettledDirectories(parent)
        do {
            try call("make the directory", path) { path.withPlatformString { mkdir($0, 0o755) } }
        } catch .system(_, _, .fileExists) {
            return above
        } catch {
            // Trying again finds them, and takes them to be on the disk.
            for parent in above { try synchronise(directory: parent) }
            throw error
        }
        return parent.isEmpty ? above : [parent] + above
    }

    static func rename(_ old: FilePath, to new: FilePath) throws(BinhostError) {
        try call("rename \(old) to", new) {
            old.withPlatformString { from in new.withPlatformString { to in Glibc.rename(from, to) } }
        }
    }

    /// Removes a file; it is no error when there is none.
    static func remove(_ path: FilePath) throws(BinhostError) {
        do {
            try call("remove", path) { path.withPlatformString { unlink($0) } }
        } catch .system(_, _, .noSuchFileOrDirectory) {
            return
        }
    }

    static func synchronise(_ descriptor: FileDescriptor, path: FilePath) throws(BinhostError) {
        try call("write out", path) { fsync(descriptor.rawValue) }
    }

    /// Makes renames inside a directory durable.
    static func synchronise(directory path: FilePath) throws(BinhostError) {
        let descriptor = try attempt("open", path) {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .directory])
        }
        defer { try? descriptor.close() }
        try synchronise(descriptor, path: path)
    }

    /// Writes a new file durably, with the given time of modification (seconds since 1970). Removes it on failure.
    static func write(_ bytes: [UInt8], to path: FilePath, modificationTime: Int64) throws(BinhostError) {
        let file = try NewFile(path, size: bytes.count)
        do {
            try file.write([bytes])
            try file.finish(modificationTime: modificationTime)
        } catch {
            try? remove(path)
            throw error
        }
    }

    /// - Parameter modificationTime: seconds since 1970.
    static func setTime(
        _ modificationTime: Int64, of descriptor: FileDescriptor, path: FilePath
    ) throws(BinhostError) {
        let times = Array(repeating: timespec(tv_sec: Int(modificationTime), tv_nsec: 0), count: 2)
        try call("set the time of", path) { futimens(descriptor.rawValue, times) }
    }

    /// Copies a file durably with its time of modification. Removes the copy on failure.
    static func copy(_ source: FilePath, to path: FilePath) throws(BinhostError) {
        let input = try open(source)
        defer { try? input.close() }
        let output = try open(path, .writeOnly, options: [.create, .truncate])
        defer { try? output.close() }
        do {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024 * 1024, alignment: 16)
            defer { buffer.deallocate() }
            while true {
                let count = try attempt("read", source) { try input.read(into: buffer) }
                if count == 0 { break }
                _ = try attempt("write", path) {
                    try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
            }
            try setTime(try status(of: input, path: source).modificationTime, of: output, path: path)
            try synchronise(output, path: path)
        } catch {
            try? remove(path)
            throw error
        }
    }

    /// The whole content of a file.
    static func contents(of path: FilePath) throws(BinhostError) -> [UInt8] {
        let descriptor = try open(path)
        defer { try? descriptor.close() }
        let size = try status(of: descriptor, path: path).size
        return try attempt("read", path) {
            try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, used in
                while used < buffer.count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                    let count = try descriptor.read(into: rest)
                    if count == 0 { break }
                    used += count
                }
            }
        }
    }

    /// Bytes that the file system still gives to this process.
    static func freeBytes(at path: FilePath) throws(BinhostError) -> Int64 {
        var raw = statvfs()
        try call("ask the free space of", path) { path.withPlatformString { statvfs($0, &raw) } }
        return Int64(clamping: UInt64(raw.f_bavail) * UInt64(raw.f_frsize))
    }

    /// The names in a directory, without `.` and `..`; empty when there is no directory.
    static func names(in path: FilePath) -> [String] {
        guard let directory = path.withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
