import Shared

struct FailureView: Encodable, Sendable, Equatable {
    /// As `FailureClass` writes it, or `unknown`.
    let `class`: String
    let reason: String
    let firstErrorLine: String?

    init?(_ wire: WireFailure, isPresent: Bool) {
        guard isPresent else { return nil }
        `class` = wire.class.domain?.rawValue ?? "unknown"
        reason = wire.reason
        firstErrorLine = wire.firstErrorLine.unlessEmpty
    }

    /// One line, and the log's below it where there is one.
    func lines(indentedBy indent: String) -> [Line] {
        var lines: [Line] = ["\(indent)\(`class`, .bad): \(reason)"]
        if let firstErrorLine { lines.append("\(indent)  \(firstErrorLine, .faint)") }
        return lines
    }
}
