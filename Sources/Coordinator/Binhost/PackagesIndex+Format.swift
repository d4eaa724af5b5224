extension PackagesIndex {
    /// Parses the file. Lines without a colon and entries without a CPV are skipped, as Portage does.
    ///
    /// Throws when the text has no header of a version that is known.
    init(parsing text: String, path: String) throws(BinhostError) {
        var blocks: [[String: String]] = [[:]]
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty {
                blocks.append([:])
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let key = String(Substring(line[..<colon]))
            let inner = Self.translated.first { $0.1 == key }?.0 ?? key
            blocks[blocks.count - 1][inner] = String(Substring(line[colon...].dropFirst(2)))
        }
        var header = blocks[0]
        guard let version = header["VERSION"], version == Self.version else {
            throw .indexUnreadable(path: path, detail: "its VERSION is “\(header["VERSION"] ?? "")”, known is 0")
        }
        guard let timestamp = header["TIMESTAMP"].flatMap({ Int64($0) }), timestamp >= 0 else {
            throw .indexUnreadable(path: path, detail: "its TIMESTAMP is “\(header["TIMESTAMP"] ?? "")”")
        }
        let packages = blocks.dropFirst().filter { $0["CPV"]?.isEmpty == false }
        guard header["PACKAGES"] == nil || header["PACKAGES"].flatMap({ Int($0) }) == packages.count else {
            throw .indexUnreadable(
                path: path, detail: "it announces \(header["PACKAGES"] ?? "") packages and has \(packages.count)")
        }
        let given = header
        entries = packages.map { block in
            var values = block.merging(Self.defaults) { own, _ in own }
            for key in Self.inherited { values[key] = values[key] ?? given[key] }
            return Entry(values: values)
        }
        header["TIMESTAMP"] = nil
        header["PACKAGES"] = nil
        header["VERSION"] = nil
        self.header = header
        self.timestamp = timestamp
    }

    /// The file's bytes.
    func serialised() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(entries.count * 1024 + 4096)
        var header = header
        header["VERSION"] = Self.version
        header["TIMESTAMP"] = String(timestamp)
        header["PACKAGES"] = String(entries.count)
        Self.write(header, to: &output)
        for entry in sortedEntries() {
            var values = entry.values
            for (key, value) in Self.defaults where values[key] == value { values[key] = nil }
            for key in Self.inherited where values[key] == header[key] { values[key] = nil }
            Self.write(values, to: &output)
        }
        return output
    }

    /// By CPV as Python compares strings; equal ones stay in the order they were added.
    private func sortedEntries() -> [Entry] {
        entries.enumerated().sorted { left, right in
            let (a, b) = (left.element.cpv, right.element.cpv)
            return a == b ? left.offset < right.offset : a.utf8.lexicographicallyPrecedes(b.utf8)
        }.map(\.element)
    }

    private static func write(_ values: [String: String], to output: inout [UInt8]) {
        for (key, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        where !value.isEmpty {
            let name = translated.first { $0.0 == key }?.1 ?? key
            output.append(contentsOf: name.utf8)
            output.append(contentsOf: ": ".utf8)
            // A line break would start another key.
            output.append(contentsOf: value.utf8.lazy.map { $0 == 10 || $0 == 13 ? 32 : $0 })
            output.append(10)
        }
        output.append(10)
    }
}
