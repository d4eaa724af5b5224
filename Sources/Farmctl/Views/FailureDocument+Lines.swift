import Documents

extension FailureDocument {
    /// The reason in as many lines as it needs, and the log's below it, as it is, where there is one.
    func lines(indentedBy indent: String, width: Int = Wrapping.standardWidth) -> [Line] {
        let text = Wrapping.lines("\(`class`): \(reason)", indent: indent, hanging: "  ", width: width)
        let start = indent.count + `class`.count
        var lines = text.enumerated().map { place, line -> Line in
            place > 0 ? line : "\(indent)\(`class`, .bad)\(String(line.text.dropFirst(start)))"
        }
        if let firstErrorLine { lines.append("\(indent)  \(firstErrorLine, .faint)") }
        return lines
    }
}
