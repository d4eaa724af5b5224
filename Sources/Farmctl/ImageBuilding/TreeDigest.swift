import Glibc
import Shared
import SystemPackage

/// A digest of what a directory holds: paths, what may be executed, where links lead, and contents.
enum TreeDigest {
    /// - Parameter names: of files and directories at its top that do not count.
    /// - Throws: `Errno`.
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
            case 0o040000:
                note("directory \(place)", in: &hasher)
                try add(path, below: place + "/", leavingOut: [], to: &hasher)
            case 0o120000: note("link \(place) \(try target(of: path))", in: &hasher)
            case 0o100000:
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

    private static func target(of link: FilePath) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link.string, &buffer, buffer.count)
        guard count >= 0 else { throw Errno(rawValue: errno) }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
