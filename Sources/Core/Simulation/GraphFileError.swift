/// A file with a graph or a history that cannot be used: which one, where, and why.
package struct GraphFileError: Error, Equatable, CustomStringConvertible {
    package var file: String
    /// From 1; nil when no line is to blame.
    package var line: Int?
    package var message: String

    package init(_ file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { file + (line.map { ":\($0)" } ?? "") + ": \(message)" }
}
