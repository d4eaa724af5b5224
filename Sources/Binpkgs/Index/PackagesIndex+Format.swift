extension PackagesIndex {
    /// Parses the file. Lines without a colon and entries without a CPV are skipped, as Portage does.
    ///
    /// Throws when the text has no header of a version that is known, or not the packages that it announces.
    /// - Parameter path: only for errors.
    package init(parsing text: String, path: String) throws(PackagesIndexError) {
        try self.init(parsing: Array(text.utf8), path: path)
    }

    package init(parsing bytes: [UInt8], path: String) throws(PackagesIndexError) {
        var blocks = IndexBlocks(bytes[...])
        let announced: Int?
        (self, announced) = try Self.begin(&blocks, path: path)
        while let block = blocks.next() {
            let entry = Entry(values: block.values, header: header)
            if !entry.cpv.isEmpty { insert(entry) }
        }
        try Self.check(announced: announced, found: count, path: path)
    }

    /// An index of the first block, the header, and how many packages that announces.
    package static func begin(
        _ blocks: inout IndexBlocks, path: String
    ) throws(PackagesIndexError) -> (index: PackagesIndex, announced: Int?) {
        let block = blocks.next() ?? IndexBlocks.Block(line: 1)
        var header = block.values.filter { !$0.value.isEmpty }
        func refusal(_ key: String, _ wanted: String) -> PackagesIndexError {
            PackagesIndexError(
                path: path,
                detail: "in the header at line \(block.line): \(key) is “\(header[key] ?? "")”, \(wanted)")
        }
        guard header["VERSION"] == version else { throw refusal("VERSION", "known is \(version)") }
        guard let timestamp = header["TIMESTAMP"].flatMap({ Int64($0) }), timestamps.contains(timestamp) else {
            throw refusal("TIMESTAMP", "which is no time in seconds since 1970")
        }
        let announced = header["PACKAGES"].flatMap { Int($0) }
        guard header["PACKAGES"] == nil || announced != nil else { throw refusal("PACKAGES", "which is no number") }
        for key in ["TIMESTAMP", "PACKAGES", "VERSION"] { header[key] = nil }
        return (PackagesIndex(header: header, timestamp: timestamp), announced)
    }

    /// A file that was cut at its end is recognised by this.
    package static func check(announced: Int?, found: Int, path: String) throws(PackagesIndexError) {
        guard let announced, announced != found else { return }
        throw PackagesIndexError(path: path, detail: "it announces \(announced) packages and has \(found)")
    }

    /// The file's bytes up to the first entry.
    package func serialisedHeader() -> [UInt8] {
        var header = header
        header["VERSION"] = Self.version
        header["TIMESTAMP"] = String(timestamp)
        header["PACKAGES"] = String(count)
        var output: [UInt8] = []
        Self.write(header, to: &output)
        return output
    }

    /// The file's bytes.
    package func serialised() -> [UInt8] { chunks.reduce(into: serialisedHeader()) { $0 += $1.text } }

    /// Whether these are the file's bytes.
    package func isSerialised(as bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        for piece in [serialisedHeader()] + chunks.map(\.text) {
            guard rest.starts(with: piece) else { return false }
            rest = rest.dropFirst(piece.count)
        }
        return rest.isEmpty
    }

    package static func write(_ values: [String: String], to output: inout [UInt8]) {
        for (key, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        where !value.isEmpty {
            output.append(contentsOf: outerName(of: key).utf8)
            output.append(contentsOf: ": ".utf8)
            // A line break would start another key.
            output.append(contentsOf: value.utf8.lazy.map { $0 == 10 || $0 == 13 ? 32 : $0 })
            output.append(10)
        }
        output.append(10)
    }

    /// A value in an entry's text, by the file's name of its key; empty when the key is not there.
    package static func value(of key: StaticString, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let length = key.utf8CodeUnitCount
        var start = text.startIndex
        while start < text.endIndex {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            let line = text[start..<end]
            if line.count >= length + 2, line[start + length] == UInt8(ascii: ":"),
                line[..<(start + length)].elementsEqual(UnsafeBufferPointer(start: key.utf8Start, count: length))
            {
                return line[(start + length + 2)...]
            }
            start = end + 1
        }
        return []
    }

    package static func innerName(of key: String) -> String { translated.first { $0.1 == key }?.0 ?? key }
    private static func outerName(of key: String) -> String { translated.first { $0.0 == key }?.1 ?? key }
}
