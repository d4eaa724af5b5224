import Shared

/// Lines of a log that tell of errors, by the same rules by which a worker looks for the first one, with what stands around
/// them. Takes the log piece by piece.
struct ErrorLines {
    /// Lines shown before and behind each.
    private static let around = 2
    /// Characters of a line that are looked at.
    private static let looked = 2000

    private var partial = ""
    private var number = 0
    /// Before the next line, not shown yet.
    private var before: [(number: Int, text: Substring)] = []
    /// Lines still to be shown behind the last error.
    private var behind = 0
    private var lastShown = 0

    /// What is to be shown of these lines; a line that has not ended waits for its rest.
    mutating func take(_ text: String) -> String {
        let joined = partial + text
        let end = joined.lastIndex(of: "\n").map { joined.index(after: $0) } ?? joined.startIndex
        partial = String(joined[end...])
        var shown = ""
        for line in joined[..<end].split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            number += 1
            if LogFindings.isError(String(line.prefix(Self.looked))) {
                for earlier in before { show(earlier.number, earlier.text, " ", &shown) }
                before = []
                show(number, line, ">", &shown)
                behind = Self.around
            } else if behind > 0 {
                behind -= 1
                show(number, line, " ", &shown)
            } else {
                before.append((number, line))
                if before.count > Self.around { before.removeFirst() }
            }
        }
        return shown
    }

    /// The last line needs no line feed.
    mutating func finish() -> String { partial.isEmpty ? "" : take("\n") }

    private mutating func show(_ number: Int, _ line: Substring, _ mark: Character, _ shown: inout String) {
        if lastShown > 0, number > lastShown + 1 { shown += "--\n" }
        let place = String(number)
        shown += "\(mark)\(String(repeating: " ", count: max(0, 7 - place.count)))\(place)  \(line)\n"
        lastShown = number
    }
}
