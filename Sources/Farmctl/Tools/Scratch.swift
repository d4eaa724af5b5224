import FoundationEssentials
import Glibc
import Shared
import SystemPackage

/// A directory for the files that are handed to a tool. Names of files are not for command lines: there are
/// too many.
struct Scratch: Sendable {
    let directory: FilePath

    /// Makes one, and removes it with all that is in it when `body` is done.
    static func with<Result>(_ body: (Scratch) async throws -> Result) async throws -> Result {
        let parent = getenv("TMPDIR").map { FilePath(String(cString: $0)) } ?? "/tmp"
        var template = Array(parent.appending("farmctl-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FarmctlError(.failed, "no temporary directory can be made in \(parent): \(Errno(rawValue: errno))")
        }
        let directory = FilePath(platformString: template)
        defer { try? FileManager.default.removeItem(atPath: directory.string) }
        return try await body(Scratch(directory: directory))
    }

    func write(_ name: String, _ lines: [String]) throws(FarmctlError) -> FilePath {
        try write(name, Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    func write(_ name: String, _ bytes: [UInt8], modified: Int64? = nil) throws(FarmctlError) -> FilePath {
        let path = directory.appending(name)
        do {
            try AtomicFile.write(bytes, to: path)
            guard let modified else { return path }
            var times = [timespec(tv_sec: Int(modified), tv_nsec: 0), timespec(tv_sec: Int(modified), tv_nsec: 0)]
            guard utimensat(AT_FDCWD, path.string, &times, 0) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw FarmctlError(.failed, "\(path) cannot be written: \(error)")
        }
        return path
    }

    /// Directories with nothing but directories in them.
    func makeTree(_ name: String, _ directories: [FilePath]) throws(FarmctlError) -> FilePath {
        let root = directory.appending(name)
        do {
            try Directory.create(root)
            for directory in Set(directories) { try Directory.create(root.pushing(directory)) }
        } catch {
            throw FarmctlError(.failed, "directories below \(root) cannot be made: \(error)")
        }
        return root
    }
}
