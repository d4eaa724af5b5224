import Binpkgs
import FoundationEssentials
import Glibc
import Shared
import SystemPackage

/// A digest of what a directory holds: paths, what may be executed, where links lead, and contents.
enum TreeDigest {
    /// - Parameter names: of files and directories at its top that do not count.
    /// - Throws: when something in it cannot be read.
    static func of(_ root: FilePath, leavingOut names: Set<String> = []) throws -> ContentDigest {
        var hasher = ContentHasher()
        try add(root, below: "", leavingOut: names, to: &hasher)
        return hasher.finish()
    }

    private static func add(
        _ directory: FilePath, below prefix: String, leavingOut names: Set<String>, to hasher: inout ContentHasher
    ) throws {
        for name in try Directory.names(in: directory) where !names.contains(name) {
            let path = directory.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
            let place = prefix + name
            switch status.st_mode & 0o170000 {
            case FileKind.directory:
                note("directory \(place)", in: &hasher)
                try add(path, below: place + "/", leavingOut: [], to: &hasher)
            case FileKind.symbolicLink:
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
                note("link \(place) \(target)", in: &hasher)
            case FileKind.plain:
                let blob = try ContentHasher.blob(of: path)
                note("\(status.st_mode & 0o111 != 0 ? "program" : "file") \(place) \(blob.digest)", in: &hasher)
            default: note("other \(place)", in: &hasher)
            }
        }
    }

    private static func note(_ text: String, in hasher: inout ContentHasher) {
        // No name has it, so that no two trees give the same text.
        hasher.update(Array(text.utf8) + [0])
    }
}
