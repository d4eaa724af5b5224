/// Variables that a Makefile assigns at its outermost level, as make sees them without a command line: a small part of
/// GNU make's language, enough for files whose variables are settings.
package struct MakefileVariables: Sendable {
    package struct Variable: Sendable, Equatable {
        package let name: String
        /// As it was written; what `+=` added stands behind it.
        package let text: String
        /// Of the last assignment that counts, from 1.
        package let line: Int
        fileprivate let meaning: Meaning
    }

    /// When make looks up the variables in a value.
    fileprivate enum Meaning: Sendable, Equatable {
        /// Where it is used.
        case recursive
        /// Where it was written; nil where make would have to run something.
        case simple(String?)
    }

    /// What stands before the `=`.
    private enum Operation: Substring {
        case recursive = ""
        case simple = ":"
        case simplePOSIX = "::"
        /// Recursive, of what its value is here: that counts for what `+=` adds.
        case settled = ":::"
        case ifNone = "?"
        case append = "+"
        case shell = "!"
    }

    /// A line that may or may not count.
    private struct Assignment {
        let name: String
        let operation: Operation
        let text: String
        let line: Int
    }

    /// One for each name, in the order in which the file first has them.
    package private(set) var all: [Variable] = []

    package init(_ makefile: String) {
        var number = 0
        var pending: (text: String, line: Int)?
        for line in makefile.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            // A recipe's line is the shell's, unless it goes on from one of ours.
            if pending == nil, line.first == "\t" { continue }
            var text = (pending?.text ?? "") + line
            let start = pending?.line ?? number
            if text.hasSuffix("\\") {
                text.removeLast()
                pending = (text + " ", start)
                continue
            }
            pending = nil
            if let assignment = Self.assignment(text, start) { assign(assignment) }
        }
    }

    package subscript(name: String) -> Variable? { all.first { $0.name == name } }

    /// With the values of other variables for `$(NAME)`; nil where make would have to run something.
    package func value(_ name: String) -> String? { self[name].flatMap { value(of: $0, depth: 0) } }

    private static func assignment(_ line: String, _ number: Int) -> Assignment? {
        // `NAME = value`, `NAME := value`, `export NAME ?= value`; a `:` alone makes a rule of it.
        let form = /\s*(?:(?:export|override|private)\s+)*([A-Za-z_][A-Za-z0-9_]*)\s*(\?|\+|!|:{1,3}|)=(.*)/
        guard let match = line.wholeMatch(of: form), let operation = Operation(rawValue: match.2) else { return nil }
        var value = Substring(match.3)
        if let comment = value.firstIndex(of: "#") { value = value[..<comment] }
        return Assignment(name: String(match.1), operation: operation, text: trimmed(value), line: number)
    }

    private mutating func assign(_ assignment: Assignment) {
        let before = self[assignment.name]
        var text = assignment.text
        let meaning: Meaning
        switch assignment.operation {
        case .ifNone where before != nil: return
        case .recursive, .ifNone: meaning = .recursive
        case .simple, .simplePOSIX: meaning = .simple(expanded(text, depth: 0))
        case .settled:
            let value = expanded(text, depth: 0)
            meaning = value == nil ? .simple(nil) : .recursive
            text = value?.replacing("$", with: "$$") ?? text
        case .shell: meaning = .simple(nil)
        case .append:
            if case .simple(let value)? = before?.meaning {
                let added = expanded(text, depth: 0)
                meaning = .simple(value.flatMap { value in added.map { Self.joined(value, $0) } })
            } else {
                meaning = .recursive
            }
            text = Self.joined(before?.text ?? "", text)
        }
        let variable = Variable(name: assignment.name, text: text, line: assignment.line, meaning: meaning)
        if let index = all.firstIndex(where: { $0.name == assignment.name }) {
            all[index] = variable
        } else {
            all.append(variable)
        }
    }

    private static func joined(_ first: String, _ second: String) -> String {
        [first, second].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func value(of variable: Variable, depth: Int) -> String? {
        switch variable.meaning {
        case .simple(let value): value
        case .recursive: expanded(variable.text, depth: depth)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private func expanded(_ text: String, depth: Int) -> String? {
        // A variable that has itself in it.
        guard depth < 16 else { return nil }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            guard let open = rest.first else { return nil }
            if open == "$" {
                result += "$"
                rest.removeFirst()
                continue
            }
            guard let close = ["(": ")", "{": "}"][open], let end = rest.firstIndex(of: Character(close)) else {
                return nil
            }
            let name = String(rest[rest.index(after: rest.startIndex)..<end])
            // `$(shell …)` and other functions have a space in them.
            guard let variable = self[name], let value = value(of: variable, depth: depth + 1),
                result.count < 10_000
            else {
                return nil
            }
            result += value
            rest = rest[end...].dropFirst()
        }
        return result + rest
    }
}
