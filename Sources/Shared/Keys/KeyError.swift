/// A key file that cannot be used, or not written.
package struct KeyError: Error, Sendable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package init(_ file: String, _ problem: String) {
        self.file = file
        self.problem = problem
    }

    package var description: String { "\(file): \(problem)" }
}
