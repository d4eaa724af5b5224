/// Variables that a Makefile assigns at its outermost level, as make sees them without a command line: a small part of
/// GNU make's language, enough for files whose variables are settings.
package struct MakefileVariables: Sendable {
    package struct Variable: Sendable, Equatable {
        package let name: String
        /// As it was written.
        package let text: String
        /// From 1.
        package let line: Int
    }

    /// In the order of the file.
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
            if let variable = Self.assignment(text, start) { all.append(variable) }
        }
    }

    package subscript(name: String) -> Variable? { all.last { $0.name == name } }

    /// With the values of other variables for `$(NAME)`; nil where make would have to run something.
    package func value(_ name: String) -> String? { self[name].flatMap { expanded($0.text, depth: 0) } }

    private static func assignment(_ line: String, _ number: Int) -> Variable? {
        // `NAME = value`, `NAME := value`, `NAME ?= value`; a `:` alone makes a rule of it.
        guard let match = line.wholeMatch(of: /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\?|:|::)?=(.*)/) else { return nil }
        var value = Substring(match.2)
        if let comment = value.firstIndex(of: "#") { value = value[..<comment] }
        return Variable(name: String(match.1), text: trimmed(value), line: number)
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
            guard let variable = self[name], let value = expanded(variable.text, depth: depth + 1),
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
