/// Takes what is written out of its nodes, and keeps what is wrong with it.
struct SourceReader {
    private(set) var faults: [StackFault] = []
    /// Aliases make a small file a large one.
    private var visits = 0

    private static let mostVisits = 200_000
    /// More help nobody.
    private static let mostFaults = 200

    mutating func add(_ fault: StackFault) {
        if faults.count < Self.mostFaults {
            faults.append(fault)
        } else if faults.count == Self.mostFaults {
            faults.append(
                StackFault(
                    fault.place, "here and behind it more is wrong", remedy: "mend what is named first, and check again"
                ))
        }
    }

    mutating func fault(_ place: Origin, _ problem: String, remedy: String) {
        add(StackFault(place, problem, remedy: remedy))
    }

    /// - Parameter what: such as `a package set`.
    mutating func pairs(_ node: SourceNode, of what: String, remedy: String) -> [(key: SourceNode, value: SourceNode)] {
        if node.isNothing { return [] }
        guard let pairs = node.pairs else {
            fault(node.origin, "\(what) is written as `name: value` pairs", remedy: remedy)
            return []
        }
        return visit(pairs, node)
    }

    /// A list of words; one that stands alone is a list, too, and one item may hold several words.
    mutating func words(_ node: SourceNode, of what: String) -> [(word: String, origin: Origin)] {
        if node.isNothing { return [] }
        let items = visit(node.items ?? [node], node)
        return items.flatMap { item -> [(String, Origin)] in
            guard let text = item.text else {
                fault(item.origin, "\(what) are words", remedy: "write them as a list: [one, two]")
                return []
            }
            let words = visit(Self.split(text), item)
            return words.map { (String($0.word), item.origin(column: $0.column)) }
        }
    }

    /// A list of anything; what stands alone is a list, too.
    mutating func items(_ node: SourceNode) -> [SourceNode] {
        node.isNothing ? [] : visit(node.items ?? [node], node)
    }

    /// A list of names that may have spaces; one that stands alone is a list, too.
    mutating func names(_ node: SourceNode, of what: String) -> [(name: String, origin: Origin)] {
        if node.isNothing { return [] }
        return visit(node.items ?? [node], node).compactMap { item in
            if let name = item.text, !name.isEmpty, !name.contains("\0") { return (name, item.origin) }
            fault(item.origin, "\(what) are names", remedy: "write them as a list: [one, two]")
            return nil
        }
    }

    mutating func text(_ node: SourceNode, of what: String) -> String? {
        guard let text = node.text, !node.isNothing else {
            fault(node.origin, "\(what) is one value", remedy: "write it behind the colon")
            return nil
        }
        return text
    }

    private mutating func visit<Part>(_ parts: [Part], _ node: SourceNode) -> [Part] {
        visits += parts.count
        guard visits > Self.mostVisits else { return parts }
        if visits - parts.count <= Self.mostVisits {
            fault(
                node.origin, "there is more than anybody can want: \(Self.mostVisits) parts",
                remedy: "look for aliases (*name) of large parts")
        }
        return []
    }

    private static func split(_ text: String) -> [(word: Substring, column: Int)] {
        var words: [(Substring, Int)] = []
        var (column, end) = (1, text.startIndex)
        for word in text.split(whereSeparator: \.isWhitespace) {
            column += text.distance(from: end, to: word.startIndex)
            words.append((word, column))
            column += word.count
            end = word.endIndex
        }
        return words
    }
}
