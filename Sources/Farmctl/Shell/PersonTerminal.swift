import Dispatch
import Glibc
import Shared
import SystemPackage

/// The terminal that a person sits at: standard input and output.
struct PersonTerminal: Sendable {
    private let reading = DispatchQueue(label: "farmctl.terminal.read")
    private let writing = DispatchQueue(label: "farmctl.terminal.write")

    /// nil when there is none.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
    }

    /// nil when it does not tell.
    var size: ShellSize? {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return nil
        }
        return ShellSize(columns: window.ws_col, rows: window.ws_row)
    }

    /// Hands over every key as it is pressed while `body` runs: what they mean the terminal at the other end knows.
    func raw<Result>(_ body: () async throws -> Result) async throws -> Result {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try await body() }
        var raw = before
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        // At once: a terminal that takes nothing more would keep farmctl for ever.
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
        return try await body()
    }

    /// Waits for keys; empty when the terminal is gone. It cannot be cancelled: the program's end ends it.
    func read(atMost count: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            reading.async {
                let bytes = try? [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    filled = try FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                continuation.resume(returning: bytes ?? [])
            }
        }
    }

    /// Waits until the terminal has taken it.
    func write(_ bytes: [UInt8]) async {
        await withCheckedContinuation { continuation in
            writing.async {
                Output.write(bytes)
                continuation.resume()
            }
        }
    }

    /// Told whenever the size has changed.
    func resizes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let source = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
            source.setEventHandler {
                // Keeps it there until the program ends.
                _ = source
                continuation.yield()
            }
            source.resume()
        }
    }
}
