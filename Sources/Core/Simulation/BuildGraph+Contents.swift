extension BuildGraph {
    /// A graph in one of the forms that are read: JSON of a resolved graph, or a list of edges.
    package init(
        contents: [UInt8], file: String, history: (bytes: [UInt8], file: String)? = nil
    ) throws(GraphFileError) {
        if contents.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            throw GraphFileError(file, "is compressed: zstd -dc \(file) | farmctl simulate --graph -")
        }
        if contents.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") {
            guard history == nil else { throw GraphFileError(file, "has its durations in it and takes no history") }
            try self.init(json: contents, file: file)
        } else {
            let edges = try TabbedText(contents, file: file)
            let past = try history.map { past throws(GraphFileError) in try TabbedText(past.bytes, file: past.file) }
            try self.init(edges: edges, history: past)
        }
    }
}
