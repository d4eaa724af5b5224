extension String {
    /// A peer's text as it may stand in a log or a table: control characters become blanks, and it has an end.
    ///
    /// - Parameter limit: characters.
    package func oneLine(atMost limit: Int) -> String {
        String(String.UnicodeScalarView(prefix(limit).unicodeScalars.map { $0.properties.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .lineSeparator }
}
