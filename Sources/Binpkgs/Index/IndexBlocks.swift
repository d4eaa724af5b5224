/// The blocks of a `Packages` file one after the other: key and value in each line, an empty line at the end.
///
/// Any bytes can be read. Lines end as Python's text files do, at LF, CR and both; what is no UTF-8 is replaced.
package struct IndexBlocks {
    package struct Block {
        /// The number of its first line, from 1.
        package let line: Int
        /// By Portage's inner names. When a key is there twice the last counts.
        package var values: [String: String] = [:]
    }

    /// The numbers of lines without a colon, which Portage ignores too.
    package private(set) var ignoredLines: [Int] = []
    private var rest: ArraySlice<UInt8>
    private var line = 0

    package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next block that has lines, nil at the end.
    package mutating func next() -> Block? {
        var block: Block?
        while let text = nextLine() {
            guard !text.isEmpty else {
                if block != nil { break }
                continue
            }
            var current = block ?? Block(line: line)
            if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
                let key = String(decoding: text[..<colon], as: UTF8.self)
                // The byte behind the colon is a space; Portage does not look either.
                current.values[PackagesIndex.innerName(of: key)] = String(
                    decoding: text[colon...].dropFirst(2), as: UTF8.self)
            } else {
                ignoredLines.append(line)
            }
            block = current
        }
        return block
    }

    private mutating func nextLine() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        line += 1
        guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
            defer { rest = [] }
            return rest
        }
        let text = rest[..<end]
        let isBoth = rest[end...].starts(with: "\r\n".utf8)
        rest = rest[(end + (isBoth ? 2 : 1))...]
        return text
    }
}
