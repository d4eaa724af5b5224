import Glibc

/// Standard output and standard error of the program.
enum Output {
    /// All of it in one go, so that a redrawn screen never shows half.
    static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        write(Array(text.utf8), to: descriptor)
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR || errno == EAGAIN else { return }
                if errno == EAGAIN { waitUntilWritable(descriptor) }
                continue
            }
            bytes = bytes.dropFirst(count)
        }
    }

    static func print(_ lines: [Line], _ terminal: Terminal) {
        write(lines.map { $0.rendered(terminal.palette) + "\n" }.joined())
    }

    static func print(_ report: some Report, asJSON: Bool, _ terminal: Terminal) throws {
        if asJSON { write(try report.json()) } else { print(report.lines(width: terminal.width), terminal) }
    }

    /// For what is said to the person beside the result.
    static func note(_ line: Line) { write(line.rendered(.plain) + "\n", to: STDERR_FILENO) }

    private static func waitUntilWritable(_ descriptor: Int32) {
        var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&item, 1, -1)
    }
}
