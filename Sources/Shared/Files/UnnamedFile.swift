internal import Glibc
package import SystemPackage

/// A temporary file without a name, for a program that reads one.
package enum UnnamedFile {
    /// Open at its start.
    package static func holding(_ bytes: [UInt8]) throws -> FileDescriptor {
        guard let stream = tmpfile() else { throw Errno(rawValue: errno) }
        defer { fclose(stream) }
        let raw = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 0)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        let file = FileDescriptor(rawValue: raw)
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }
}
