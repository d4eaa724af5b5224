/// A place in a file that a person wrote.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
    /// For the headers of what is generated: a column says nothing there.
    package var lineDescription: String { "\(file):\(line)" }
}

/// Something in a farm's files that cannot be used.
package struct StackFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file and the place in it; of an environment variable or an option its name.
    package let place: String
    package let problem: String
    package let remedy: String

    package init(_ place: some CustomStringConvertible, _ problem: String, remedy: String) {
        self.place = place.description
        self.problem = problem
        self.remedy = remedy
    }

    package var description: String { "\(place): \(problem)" }
}

/// All that is wrong with a farm's files: a person wants to mend them in one go.
package struct StackFaults: Error, Sendable, CustomStringConvertible {
    package let faults: [StackFault]

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
