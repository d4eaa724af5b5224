/// Lines that are drawn again and again at the same place of a terminal. Each picture is one text, and every line erases
/// only what it does not overwrite: nothing flickers.
struct Screen {
    private var drawn = 0
    private var isOpen = false

    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"
    private static let eraseLine = "\u{1B}[K"
    private static let eraseBelow = "\u{1B}[J"

    /// What to write for the next picture; what the terminal has no room for is counted.
    mutating func picture(_ lines: [Line], _ terminal: Terminal) -> String {
        var shown = lines.map { line in terminal.width.map { line.clipped(to: $0) } ?? line }
        // The last line of the terminal stays free for the cursor.
        if let height = terminal.height, shown.count > height - 1 {
            let kept = max(0, height - 2)
            shown = shown.prefix(kept) + ["\("… \(lines.count - kept) more lines", .faint)"]
        }
        defer {
            drawn = shown.count
            isOpen = true
        }
        return (isOpen ? "" : Self.hideCursor) + toStart
            + shown.map { $0.rendered(terminal.palette) + Self.eraseLine + "\n" }.joined() + Self.eraseBelow
    }

    /// What to write at the end: all lines, for reading back.
    mutating func last(_ lines: [Line], _ terminal: Terminal) -> String {
        defer {
            drawn = 0
            isOpen = false
        }
        return toStart + Self.eraseBelow + lines.map { $0.rendered(terminal.palette) + "\n" }.joined() + Self.showCursor
    }

    /// What to write when the watching ends early: the last picture stays.
    mutating func close() -> String {
        defer { isOpen = false }
        return isOpen ? Self.showCursor : ""
    }

    private var toStart: String { drawn > 0 ? "\r\u{1B}[\(drawn)A" : "\r" }
}
