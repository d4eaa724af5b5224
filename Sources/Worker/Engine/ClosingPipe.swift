internal import Glibc
internal import SystemPackage

/// A pipe whose ends do not leak into other children: both are closed on exec from the start.
enum ClosingPipe {
    /// A pair of sockets, because `pipe2` is not to be had from Swift.
    static func make() throws -> (read: FileDescriptor, write: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }
}
