import FoundationEssentials

/// Documents are what farmctl prints with `--json` and what the coordinator's HTTP API answers.
///
/// The names of a document's properties are the names of the fields in JSON (`ended_at` for `endedAt`), documented in
/// docs/farmctl.md: renaming one breaks scripts.
extension Encodable {
    /// As JSON.
    package func documentText(isPretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
