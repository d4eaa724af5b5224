import Binpkgs
import Shared
import SystemPackage

/// Finds out what a binhost's directory holds when the coordinator starts.
struct BinhostLoader {
    let directory: FilePath

    struct Result {
        var index: PackagesIndex
        var warnings: [String]
        /// The files on disk have to be written again.
        var isStale: Bool
    }

    func load() throws(BinhostError) -> Result {
        let temporary = directory.appending(Binhost.temporaryName)
        try FileOperations.makeDirectories(temporary)
        for name in FileOperations.names(in: temporary) { try FileOperations.remove(temporary.appending(name)) }

        // The index that is there counts, although who wrote it may have died before this.
        try FileOperations.synchronise(directory: directory)
        let path = directory.appending(Binhost.indexName)
        guard try FileOperations.status(of: path) != nil else {
            return Result(index: PackagesIndex(), warnings: [], isStale: true)
        }
        let bytes = try FileOperations.contents(of: path)
        var blocks = IndexBlocks(bytes[...])
        let (empty, announced) = try BinhostError.reading { () throws(PackagesIndexError) in
            try PackagesIndex.begin(&blocks, path: path.string)
        }
        var result = Result(index: empty, warnings: [], isStale: false)
        var found = 0
        while let block = blocks.next() {
            let entry = PackagesIndex.Entry(values: block.values, header: empty.header)
            func drop(_ name: String, _ problem: String) {
                result.warnings.append("\(name) is dropped from \(path), line \(block.line): \(problem)")
            }
            guard !entry.cpv.isEmpty else {
                drop("an entry", "it has no CPV")
                continue
            }
            found += 1
            if let problem = try self.problem(of: entry) {
                drop(entry.cpv, problem)
            } else if result.index.entry(at: entry.path) != nil {
                drop(entry.cpv, "a second entry for \(entry.path)")
            } else {
                result.index.insert(try completed(entry))
            }
        }
        try BinhostError.reading { () throws(PackagesIndexError) in
            try PackagesIndex.check(announced: announced, found: found, path: path.string)
        }
        for line in blocks.ignoredLines {
            result.warnings.append("line \(line) is dropped from \(path): it has no colon")
        }
        // Also what is written otherwise than here becomes what it is taken for.
        result.isStale =
            try IndexWriter(directory: directory).isStale(result.index) || !result.index.isSerialised(as: bytes)
        return result
    }

    private func problem(of entry: PackagesIndex.Entry) throws(BinhostError) -> String? {
        guard let cpv = try? CPV(entry.cpv) else { return "this is no CATEGORY/PF" }
        guard let format = BinpkgFormat(ofPath: entry.path),
            entry.path == "\(BinpkgPath(cpv, buildID: entry.buildID, format: format))"
        else {
            return "its PATH “\(entry.path)” is not where the package belongs"
        }
        guard entry.buildID <= BinpkgPath.largestBuildID else { return "its BUILD_ID \(entry.buildID) is no build's" }
        guard let status = try FileOperations.status(of: directory.appending(entry.path)), status.isPlainFile else {
            return "its file \(entry.path) is missing"
        }
        guard status.size == entry.size else {
            return "its file \(entry.path) has \(status.size) bytes, its SIZE is “\(entry["SIZE"])”"
        }
        return nil
    }

    /// An index that Portage wrote has no SHA-256 and may lack the other digests.
    private func completed(_ entry: PackagesIndex.Entry) throws(BinhostError) -> PackagesIndex.Entry {
        if ContentDigest(hex: entry.sha256) != nil, !entry["MD5"].isEmpty, !entry["SHA1"].isEmpty { return entry }
        let path = directory.appending(entry.path)
        let descriptor = try FileOperations.open(path)
        defer { try? descriptor.close() }
        let digests = try FileDigests(of: descriptor, path: path)
        let added = ["MD5": digests.md5, "SHA1": digests.sha1, "SHA256": digests.sha256.hex]
        return PackagesIndex.Entry(values: entry.values.merging(added) { $1 })
    }
}
