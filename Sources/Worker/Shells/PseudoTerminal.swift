internal import Dispatch
internal import Glibc
internal import Shared
internal import Synchronization
internal import SystemPackage

/// A terminal for a program that has none: what is written to it the program reads, what the program prints is read from it
/// (pty(7)).
final class PseudoTerminal: Sendable {
    /// TIOCSPTLCK and TIOCGPTPEER (ioctl_tty(2)), which Swift does not see in the C library's headers, as it does not see
    /// `posix_openpt`.
    private static let lock: UInt = 0x4004_5431
    private static let peer: UInt = 0x5441

    private let controller: FileDescriptor
    /// Of their own, as they wait for people: what else blocks on this host does not wait behind them.
    private let reading = DispatchQueue(label: "binfarm.terminal.read")
    private let writing = DispatchQueue(label: "binfarm.terminal.write")
    /// The program's side, until the program has it.
    private let program: Mutex<FileDescriptor?>
    /// Told when the size has changed; ends when the program's side is closed.
    let resizes: AsyncStream<Void>
    private let resized: AsyncStream<Void>.Continuation

    init(_ size: ShellSize?) throws {
        let flags = O_RDWR | O_NOCTTY | O_CLOEXEC
        let opened = open("/dev/ptmx", flags)
        guard opened >= 0 else { throw Errno(rawValue: errno) }
        controller = FileDescriptor(rawValue: opened)
        (resizes, resized) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        var isLocked: CInt = 0
        guard ioctl(opened, Self.lock, &isLocked) == 0, case let side = ioctl(opened, Self.peer, flags), side >= 0
        else {
            let code = Errno(rawValue: errno)
            try? controller.close()
            throw code
        }
        program = Mutex(FileDescriptor(rawValue: side))
        if let size { resize(size) }
    }

    deinit {
        try? controller.close()
        try? program.withLock { $0 }?.close()
    }

    /// For the program's standard input, output and error; nil once it has been handed over.
    var programSide: FileDescriptor? { program.withLock { $0 } }

    /// The program has its side: when it ends, nobody has, and what it printed last can be told from what is to come.
    func handOver() {
        program.withLock { side in
            try? side?.close()
            side = nil
        }
    }

    func resize(_ size: ShellSize) {
        var window = winsize(ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(controller.rawValue, UInt(TIOCSWINSZ), &window) == 0 else { return }
        resized.yield()
    }

    /// Waits for what the program prints; empty when nobody has its side any more.
    func read(atMost count: Int) async throws -> [UInt8] {
        let bytes = try await Blocking.run(on: reading) { [controller] in
            do {
                return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    filled = try controller.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            } catch Errno.ioError {
                return []
            }
        }
        if bytes.isEmpty { resized.finish() }
        return bytes
    }

    /// Waits until the program's side has taken it.
    func write(_ bytes: [UInt8]) async throws {
        _ = try await Blocking.run(on: writing) { [controller] in try controller.writeAll(bytes) }
    }
}
