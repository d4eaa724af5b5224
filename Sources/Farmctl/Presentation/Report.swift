import Documents

/// An answer that can be shown to people and to programs.
protocol Report: Encodable, Sendable {
    /// For people.
    /// - Parameter width: of the terminal; nil when there is none.
    func lines(width: Int?) -> [Line]
}

extension Report {
    func json() throws -> String { try documentText(isPretty: true) + "\n" }
}
