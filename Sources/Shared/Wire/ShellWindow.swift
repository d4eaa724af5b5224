/// What both ends of a person's shell agree on: how much is on its way, and when the other end counts as gone.
///
/// A terminal shows less than a program can print, and a person can paste more than a program reads: whoever sends waits
/// until the other side has brought to its place what it was sent before.
package struct ShellWindow: Sendable {
    /// Bytes that may be on their way.
    package static let limit = 64 << 10
    /// Bytes in one word.
    package static let piece = 16 << 10
    /// Each side says something at least so often…
    package static let pause = Duration.seconds(5)
    /// …and takes so long a silence for the end.
    package static let patience = Duration.seconds(30)

    /// What a word costs of the limit at least: a program that prints a byte at a time sends no more words than that allows.
    private static let smallest = 256

    /// Sent, and not yet said to be where it belongs.
    private var underway = 0

    package init() {}

    /// Bytes that may be sent now, no more than one word takes.
    package var room: Int {
        let left = Self.limit - underway
        return left < Self.smallest ? 0 : min(Self.piece, left)
    }

    /// What a word with so many bytes counts, on its way and when it is said to be `taken`.
    package static func cost(_ count: Int) -> Int { count == 0 ? 0 : max(count, smallest) }

    package mutating func send(_ count: Int) { underway += Self.cost(count) }
    /// The other side's `taken`: believed only as far as something was sent.
    package mutating func take(_ count: UInt32) { underway = max(0, underway - Int(count)) }
}

/// Columns and rows of a terminal.
package struct ShellSize: Hashable, Sendable {
    package var columns: UInt16
    package var rows: UInt16

    package init(columns: UInt16, rows: UInt16) {
        self.columns = columns
        self.rows = rows
    }

    package var wire: WireShellSize {
        var wire = WireShellSize()
        wire.columns = UInt32(columns)
        wire.rows = UInt32(rows)
        return wire
    }
}

extension WireShellSize {
    /// nil when it is no size of a terminal.
    package var domain: ShellSize? {
        guard let columns = UInt16(exactly: columns), let rows = UInt16(exactly: rows), columns > 0, rows > 0 else {
            return nil
        }
        return ShellSize(columns: columns, rows: rows)
    }
}

extension String {
    /// Whether it may be the value of TERM: the name of an entry of terminfo.
    package var isTerminalName: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "-_+.".utf8.contains(byte)
            }
    }
}
