internal import Glibc
internal import SystemPackage

enum RealPath {
    /// Absolute, without symbolic links: containers and labels need one name for each directory.
    static func of(_ path: FilePath) throws -> FilePath {
        guard let resolved = realpath(path.string, nil) else { throw Errno(rawValue: errno) }
        defer { free(resolved) }
        return FilePath(String(cString: resolved))
    }
}
