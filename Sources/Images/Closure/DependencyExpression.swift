package import Shared

/// A dependency as an ebuild and the index of a binhost have it (PMS 8.2).
package indirect enum DependencyExpression: Hashable, Sendable {
    case atom(PackageAtom)
    /// `( … )`
    case all([DependencyExpression])
    /// `|| ( … )`
    case any([DependencyExpression])
    /// `flag? ( … )`, `!flag? ( … )`
    case when(flag: String, isOn: Bool, [DependencyExpression])

    /// Groups in groups; more is no ebuild's.
    private static let deepest = 64

    /// - Throws: `DependencyError`.
    package init(_ text: String) throws(DependencyError) {
        var words = text.split(whereSeparator: \.isWhitespace)[...]
        self = .all(try Self.list(&words, depth: 0))
        if let word = words.first { throw DependencyError(word: String(word), reason: "nothing is open here") }
    }

    /// Up to the end, or to the `)` that closes what encloses it, which is left.
    private static func list(
        _ words: inout ArraySlice<Substring>, depth: Int
    ) throws(DependencyError) -> [DependencyExpression] {
        var list: [DependencyExpression] = []
        while let word = words.first, word != ")" {
            words.removeFirst()
            if word == "(" {
                list.append(.all(try group(&words, of: word, depth: depth)))
            } else if word == "||" {
                list.append(.any(try group(&words, of: word, depth: depth, isOpen: false)))
            } else if word.last == "?" {
                let isOn = word.first != "!"
                let flag = word.dropLast().dropFirst(isOn ? 0 : 1)
                let group = try group(&words, of: word, depth: depth, isOpen: false)
                list.append(.when(flag: String(flag), isOn: isOn, group))
            } else {
                do throws(AtomError) {
                    list.append(.atom(try PackageAtom(String(word))))
                } catch {
                    throw DependencyError(word: String(word), reason: error.reason)
                }
            }
        }
        return list
    }

    private static func group(
        _ words: inout ArraySlice<Substring>, of word: Substring, depth: Int, isOpen: Bool = true
    ) throws(DependencyError) -> [DependencyExpression] {
        guard depth < deepest else { throw DependencyError(word: String(word), reason: "groups are too deep") }
        if !isOpen {
            guard words.popFirst() == "(" else { throw DependencyError(word: String(word), reason: "'(' is missing") }
        }
        let list = try list(&words, depth: depth + 1)
        guard words.popFirst() == ")" else { throw DependencyError(word: String(word), reason: "')' is missing") }
        return list
    }

    /// What counts for a package with these flags: no condition is left, and no blocker.
    /// - Parameter use: flags that are on.
    package func evaluated(use: Set<String>) -> DependencyExpression {
        switch self {
        case .atom(let atom): atom.blocker.isEmpty ? .atom(atom) : .all([])
        case .all(let list): .all(list.map { $0.evaluated(use: use) })
        case .any(let list): .any(list.filter { $0.counts(use: use) }.map { $0.evaluated(use: use) })
        case .when(let flag, let isOn, let list):
            .all(use.contains(flag) == isOn ? list.map { $0.evaluated(use: use) } : [])
        }
    }

    /// Whether it can be what is chosen of a `||` group (PMS 8.2.3): a group whose flag is otherwise, or a blocker, gives nothing.
    private func counts(use: Set<String>) -> Bool {
        switch self {
        case .atom(let atom): atom.blocker.isEmpty
        case .when(let flag, let isOn, _): use.contains(flag) == isOn
        case .all, .any: true
        }
    }
}

/// A text is no dependency.
package struct DependencyError: Error, Equatable, CustomStringConvertible {
    package let word: String
    package let reason: String

    package var description: String { "at '\(word.oneLine(atMost: 80))': \(reason)" }
}
