/// A message of a peer that makes no sense; it is dropped and counted.
package struct WireError: Error, Sendable, CustomStringConvertible {
    package let field: String
    package let problem: String

    package init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    package var description: String { "malformed message: \(field) \(problem)" }
}
