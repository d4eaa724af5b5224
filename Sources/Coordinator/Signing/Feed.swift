import Glibc
import SystemPackage

/// What is written here a program reads as its standard input. By a pair of sockets: writing to a program that has ended is
/// an error then, and no signal.
struct Feed: ~Copyable {
    /// For the program, which closes it.
    let output: FileDescriptor
    private let input: FileDescriptor

    init() throws(Errno) {
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
            throw Errno(rawValue: errno)
        }
        input = FileDescriptor(rawValue: pair[0])
        output = FileDescriptor(rawValue: pair[1])
    }

    deinit { try? input.close() }

    /// Waits until the program has room for it. False when the program reads no more.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = send(input.rawValue, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
        return true
    }
}
