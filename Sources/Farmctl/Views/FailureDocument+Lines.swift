import Documents

extension FailureDocument {
    /// One line, and the log's below it where there is one.
    func lines(indentedBy indent: String) -> [Line] {
        var lines: [Line] = ["\(indent)\(`class`, .bad): \(reason)"]
        if let firstErrorLine { lines.append("\(indent)  \(firstErrorLine, .faint)") }
        return lines
    }
}
