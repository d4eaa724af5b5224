internal import Shared
internal import SystemPackage
internal import Yams

/// A part of a YAML file, with the place where it stands.
struct SourceNode {
    private let node: Node
    let file: String

    /// - Throws: `StackFault` when the file cannot be read or is no YAML.
    static func load(_ path: FilePath, named file: String) throws(StackFault) -> SourceNode? {
        let text: String
        do throws(ConfigurationError) {
            text = try StrictYAML.text(of: path)
        } catch {
            throw StackFault(file, error.problem, remedy: "check the path; one in a farm file is relative to that file")
        }
        return try parse(text, named: file)
    }

    /// nil for a file in which nothing stands.
    static func parse(_ text: String, named file: String) throws(StackFault) -> SourceNode? {
        do {
            return try Yams.compose(yaml: text).map { SourceNode(node: $0, file: file) }
        } catch let error as YamlError {
            throw fault(error, file)
        } catch {
            throw StackFault(file, "is no YAML: \(error)", remedy: "mend its syntax")
        }
    }

    private static func fault(_ error: YamlError, _ file: String) -> StackFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            StackFault(
                Origin(file: file, line: mark.line, column: mark.column), "this is no YAML: \(problem)",
                remedy: "quote what begins with one of *&!|>%@`'\"[{ or has ': ' in it, and indent with spaces")
        case .duplicatedKeysInMapping(let keys, let context):
            StackFault(
                Origin(file: file, line: context.mark.line, column: context.mark.column),
                "stands there more than once: \(keys.joined(separator: ", "))", remedy: "join what belongs together")
        case .reader(let problem, let offset, _, let text):
            StackFault(
                Self.origin(of: offset ?? 0, in: text, file),
                "there is a character that YAML does not know: \(problem)",
                remedy: "take it out")
        default: StackFault(file, "is no YAML: \(error)", remedy: "mend its syntax")
        }
    }

    /// - Parameter offset: bytes of UTF-8.
    private static func origin(of offset: Int, in text: String, _ file: String) -> Origin {
        let lines = text.utf8.prefix(offset).split(separator: 10, omittingEmptySubsequences: false)
        return Origin(file: file, line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1)
    }

    var origin: Origin {
        Origin(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// The place of a character of a scalar.
    /// - Parameter column: from 1.
    func origin(column: Int) -> Origin {
        let begin = origin
        // What is written there does not stand there as it is.
        let isElsewhere = node.anchor != nil || [.literal, .folded].contains(node.scalar?.style)
        if isElsewhere || text?.contains(where: \.isNewline) == true { return begin }
        let quote = [.singleQuoted, .doubleQuoted].contains(node.scalar?.style) ? 1 : 0
        return Origin(file: file, line: begin.line, column: begin.column + quote + column - 1)
    }

    /// What is written there; nil when it is no scalar.
    var text: String? { node.scalar?.string }

    /// Nothing is written there: `key:`, `~`, `null`.
    var isNothing: Bool { node.scalar?.style == .plain && ["", "~", "null"].contains(node.scalar?.string) }

    /// nil when it is no mapping.
    var pairs: [(key: SourceNode, value: SourceNode)]? {
        node.mapping.map { mapping in
            mapping.map { (SourceNode(node: $0.key, file: file), SourceNode(node: $0.value, file: file)) }
        }
    }

    /// nil when it is no list.
    var items: [SourceNode]? { node.sequence.map { $0.map { SourceNode(node: $0, file: file) } } }
}
