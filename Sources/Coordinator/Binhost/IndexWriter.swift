import Binpkgs
import SystemPackage

/// Replaces `Packages` and `Packages.gz`, each by rename.
struct IndexWriter {
    let directory: FilePath

    private var temporary: FilePath { directory.appending(Binhost.temporaryName) }

    /// Both files, written out and waiting for their renames.
    struct Prepared {
        let directory: FilePath
        let plain: FilePath
        let packed: FilePath

        /// `Packages`, which is what counts when the binhost is opened again.
        func commitFirst() throws(BinhostError) {
            try FileOperations.rename(plain, to: directory.appending(Binhost.indexName))
        }

        /// `Packages.gz`, which clients ask for first.
        func commitSecond() throws(BinhostError) {
            try FileOperations.rename(packed, to: directory.appending(Binhost.indexName + ".gz"))
            try FileOperations.synchronise(directory: directory)
        }

        func discard() {
            try? FileOperations.remove(plain)
            try? FileOperations.remove(packed)
        }
    }

    /// Writes both files beside; nothing stays of them when that fails.
    ///
    /// Most of both is what it was before: only the chunks that have changed are compressed again, which the index keeps.
    func prepare(_ index: inout PackagesIndex, reserve: Int64) throws(BinhostError) -> Prepared {
        let header = index.serialisedHeader()
        let packedHeader: [UInt8]
        do {
            packedHeader = try Gzip.compress(header)
            try index.pack()
        } catch {
            throw .indexUnreadable(path: directory.appending(Binhost.indexName + ".gz").string, detail: error.detail)
        }
        let texts = [header] + index.chunks.map(\.text)
        let packedTexts = [packedHeader] + index.chunks.compactMap(\.packed)
        let sizes = [texts, packedTexts].map { $0.reduce(0) { $0 + $1.count } }
        let needed = Int64(sizes[0] + sizes[1])
        let free = try FileOperations.freeBytes(at: directory)
        guard free - needed >= reserve else {
            throw .noSpace(
                path: directory.string,
                detail: "\(free) bytes free, \(needed) needed for the index beside the reserve of \(reserve)")
        }
        try FileOperations.makeDirectories(temporary)
        let prepared = Prepared(
            directory: directory, plain: temporary.appending(Binhost.indexName),
            packed: temporary.appending(Binhost.indexName + ".gz"))
        do {
            let plain = try NewFile(prepared.plain, size: sizes[0])
            let packed = try NewFile(prepared.packed, size: sizes[1])
            // Before either is waited for: what the disk is asked for the first then covers most of the second.
            try plain.write(texts)
            try packed.write(packedTexts)
            try plain.finish(modificationTime: index.timestamp)
            try packed.finish(modificationTime: index.timestamp)
        } catch {
            prepared.discard()
            throw error
        }
        return prepared
    }

    func write(_ index: inout PackagesIndex) throws(BinhostError) {
        let prepared = try prepare(&index, reserve: 0)
        try prepared.commitFirst()
        try prepared.commitSecond()
    }

    /// Whether one of the files is missing or of another time than the index.
    func isStale(_ index: PackagesIndex) throws(BinhostError) -> Bool {
        for name in [Binhost.indexName, Binhost.indexName + ".gz"] {
            let status = try FileOperations.status(of: directory.appending(name))
            if status?.modificationTime != index.timestamp { return true }
        }
        return false
    }
}
