import Shared

/// A log on the screen: the end of it as it grows, or wherever a person has gone.
struct LogPane: Sendable {
    private(set) var cpv: String
    /// Is marked where it stands.
    let firstError: String?
    private(set) var lines: [String] = [""]
    /// Lines that were let go, as the log is long.
    private(set) var forgotten = 0
    /// The first line shown; nil: the last ones.
    private(set) var top: Int?
    /// Lines shown when a key was pressed last.
    private var height = 1
    /// The first error was asked for and has not come yet: the beginning of a log may still be on its way.
    private var seeksFirstError = false

    private static let most = 20_000
    private static let longestLine = 2000

    init(cpv: String, firstError: String?) {
        self.cpv = cpv
        self.firstError = firstError
    }

    /// Another attempt begins.
    mutating func begin(_ cpv: String) {
        self = LogPane(cpv: cpv, firstError: nil)
    }

    mutating func take(_ piece: String) {
        let pieces = piece.split(separator: "\n", omittingEmptySubsequences: false)
        for (place, piece) in pieces.enumerated() {
            if place > 0 { lines.append("") }
            let last = lines.count - 1
            var line = lines[last]
            for character in piece.prefix(max(0, Self.longestLine - line.count)) {
                // As terminals do.
                if character == "\t" {
                    line += String(repeating: " ", count: 8 - line.count % 8)
                } else {
                    line.append(character)
                }
            }
            lines[last] = line
        }
        let surplus = lines.count - Self.most
        if surplus > 0 {
            lines.removeFirst(surplus)
            forgotten += surplus
            top = top.map { max(0, $0 - surplus) }
        }
        if seeksFirstError { goToFirstError() }
    }

    mutating func press(_ key: Key, page: Int) {
        let lastTop = max(0, lines.count - page)
        height = page
        if key == .character("e") { return goToFirstError() }
        guard let steps = key.steps(page: page, count: lines.count) else { return }
        seeksFirstError = false
        let place = min(max(0, (top ?? lastTop) + steps), lastTop)
        top = place == lastTop ? nil : place
    }

    /// Where the farm knows it, only that line will do: another one that looks like an error is shown until it comes.
    private mutating func goToFirstError() {
        let known = lines.firstIndex(where: isFirstError)
        let place = known ?? lines.firstIndex(where: LogFindings.isError)
        seeksFirstError = place == nil || (known == nil && firstError?.isEmpty == false)
        if let place { top = max(0, place - height / 3) }
    }

    /// As many as fit.
    func shown(height: Int) -> [Line] {
        let first = top ?? max(0, lines.count - height)
        return lines[min(first, lines.count)...].prefix(height).map { line in
            let tone: Tone = isFirstError(line) ? .bad : LogFindings.isError(line) ? .warning : .plain
            return Line(line, tone)
        }
    }

    private func isFirstError(_ line: String) -> Bool {
        guard let firstError, !firstError.isEmpty else { return false }
        return line.trimmedEnds == firstError || line.firstRange(of: firstError) != nil
    }
}
