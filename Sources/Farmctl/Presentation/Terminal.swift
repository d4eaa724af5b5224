import Glibc

/// What is known about where the output goes.
struct Terminal: Sendable, Equatable {
    /// Whether standard output is one.
    let isTerminal: Bool
    /// Characters; nil where lines have no end.
    let width: Int?
    let height: Int?
    let palette: Palette

    /// Output into a pipe or file.
    static let pipe = Terminal(isTerminal: false, width: nil, height: nil, palette: .plain)

    init(isTerminal: Bool, width: Int?, height: Int?, palette: Palette) {
        self.isTerminal = isTerminal
        self.width = width
        self.height = height
        self.palette = palette
    }

    /// - Parameters:
    ///   - environment: NO_COLOR with any value but the empty one, and `TERM=dumb`, switch colours off.
    init(isTerminal: Bool, size: (width: Int, height: Int)?, environment: [String: String]) {
        let isDumb = environment["TERM"].map { $0 == "dumb" || $0.isEmpty } ?? true
        let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.init(
            // A terminal that cannot move its cursor is written to like a pipe.
            isTerminal: isTerminal && !isDumb,
            width: isTerminal ? size.map { max(20, $0.width) } : nil,
            height: isTerminal ? size.map { max(5, $0.height) } : nil,
            palette: Palette(isColoured: isTerminal && !isDumb && !noColour))
    }

    static func standardOutput(environment: [String: String]) -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return .pipe }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        return Terminal(
            isTerminal: true, size: isKnown ? (Int(size.ws_col), Int(size.ws_row)) : nil, environment: environment)
    }
}
