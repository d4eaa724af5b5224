import FoundationEssentials

/// An answer that can be shown to people and to programs.
///
/// The names of an answer's properties are the names of the fields in JSON (`ended_at` for `endedAt`), documented in
/// docs/farmctl.md: renaming one breaks scripts.
protocol Report: Encodable, Sendable {
    /// For people.
    /// - Parameter width: of the terminal; nil when there is none.
    func lines(width: Int?) -> [Line]
}

extension Report {
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
