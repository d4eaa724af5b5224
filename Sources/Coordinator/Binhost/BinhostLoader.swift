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
        let parsed = try PackagesIndex(parsing: read(path), path: path.string)
        var result = Result(index: parsed, warnings: [], isStale: false)
        result.index.entries = []
        var paths: Set<String> = []
        for entry in parsed.entries {
            if let problem = try self.problem(of: entry) {
                result.warnings.append("\(entry.cpv) is dropped from \(path): \(problem)")
            } else if !paths.insert(entry.path).inserted {
                result.warnings.append("\(entry.cpv) is dropped from \(path): a second entry for \(entry.path)")
            } else {
                result.index.entries.append(try completed(entry))
            }
        }
        let filesDiffer = try IndexWriter(directory: directory).isStale(parsed)
        result.isStale = filesDiffer || result.index != parsed
        return result
    }

    private func problem(of entry: PackagesIndex.Entry) throws(BinhostError) -> String? {
        guard let cpv = try? CPV(entry.cpv) else { return "this is no CATEGORY/PF" }
        guard entry.path == cpv.binpkgPath(buildID: entry.buildID) else {
            return "its PATH “\(entry.path)” is not where the package belongs"
        }
        guard let status = try FileOperations.status(of: directory.appending(entry.path)), status.isPlainFile else {
            return "its file \(entry.path) is missing"
        }
        guard status.size == entry.size else {
            return "its file \(entry.path) has \(status.size) bytes, not \(entry.size)"
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

    private func read(_ path: FilePath) throws(BinhostError) -> String {
        let descriptor = try FileOperations.open(path)
        defer { try? descriptor.close() }
        let size = try FileOperations.status(of: descriptor, path: path).size
        return try FileOperations.attempt("read", path) {
            try String(unsafeUninitializedCapacity: Int(size)) { buffer in
                var used = 0
                while used < buffer.count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                    let count = try descriptor.read(into: rest)
                    if count == 0 { break }
                    used += count
                }
                return used
            }
        }
    }
}
