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
    /// The first error was asked for and has not come yet: the beginning of a log may still be on its way.
    private var search: Search?

    private struct Search {
        /// Lines shown above the one that is looked for.
        let above: Int
        /// The first line that has not been looked at to its end.
        var next = 0
        /// Some line that looks like an error is shown meanwhile.
        var hasSubstitute = false
    }

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
            if let next = search?.next { search?.next = max(0, next - surplus) }
        }
        seek()
    }

    mutating func press(_ key: Key, page: Int) {
        let lastTop = max(0, lines.count - page)
        if key == .character("e") {
            search = Search(above: page / 3)
            return seek()
        }
        guard let steps = key.steps(page: page, count: lines.count) else { return }
        search = nil
        let place = min(max(0, (top ?? lastTop) + steps), lastTop)
        top = place == lastTop ? nil : place
    }

    /// Goes to the first error, if it is there by now. Where the farm knows it, only that line will do: another one that looks
    /// like an error is shown until it comes.
    private mutating func seek() {
        guard var search else { return }
        let new = lines[search.next...]
        if let place = new.firstIndex(where: isFirstError) {
            top = max(0, place - search.above)
            self.search = nil
            return
        }
        if !search.hasSubstitute, let place = new.firstIndex(where: LogFindings.isError) {
            top = max(0, place - search.above)
            search.hasSubstitute = true
        }
        search.next = max(0, lines.count - 1)
        self.search = search.hasSubstitute && firstError?.isEmpty != false ? nil : search
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
