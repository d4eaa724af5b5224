internal import Shared

/// The `Packages` file of a binhost: a header and one entry for each package.
///
/// Reads and writes what Portage 3.0.83 does (`PackageIndex` in getbinpkg.py with the keys of dbapi/bintree.py), byte for
/// byte: entries sorted by CPV; keys sorted by their names inside Portage (so MTIME, there `_mtime_`, and REPO, there
/// `repository`, come last); values left out where they are empty, Portage's default, or the header's.
///
/// The entries are held as the file has them, in chunks: one more package makes one chunk anew, and all others are written
/// out as they are, compressed too. A copy shares them.
package struct PackagesIndex: Sendable {
    /// Header values by Portage's inner names. TIMESTAMP, PACKAGES and VERSION are written from the fields below.
    package private(set) var header: [String: String]
    /// Seconds since 1970 at which the index was last changed.
    package var timestamp: Int64
    /// Entries in the index.
    package private(set) var count = 0
    /// Bytes of all packages' files.
    package private(set) var packagesSize: Int64 = 0
    /// None is empty.
    package private(set) var chunks: [Chunk] = []

    package init(header: [String: String] = [:], timestamp: Int64 = 0, entries: [Entry] = []) {
        self.header = header
        self.timestamp = timestamp
        for entry in entries { insert(entry) }
    }

    /// Omitted from an entry when it has this value.
    package static let defaults = ["EAPI": "0", "SLOT": "0"]
    /// Omitted from an entry when the header says the same.
    package static let inherited = ["CHOST", "repository"]
    /// Portage's inner name of a key and what the file calls it.
    package static let translated = [("DESCRIPTION", "DESC"), ("_mtime_", "MTIME"), ("repository", "REPO")]
    /// The version of the format.
    package static let version = "0"
    /// Seconds since 1970; no clock goes beyond the year 9999, and one more second is always a number.
    package static let timestamps: ClosedRange<Int64> = 0...253_402_300_799

    /// In the order of the file. One is read after the other: all of them at once are several times the file.
    package func compactMap<T>(_ transform: (Entry) -> T?) -> [T] {
        var results: [T] = []
        for chunk in chunks {
            for number in 0..<chunk.count {
                if let result = transform(Entry(text: chunk[number], header: header)) { results.append(result) }
            }
        }
        return results
    }

    /// In the order of the file.
    package var entries: [Entry] { compactMap { $0 } }

    /// The entry whose PATH this is.
    package func entry(at path: String) -> Entry? {
        place(of: path).map { Entry(text: chunks[$0.chunk][$0.number], header: header) }
    }

    /// By CPV as Python compares strings; behind those with the same CPV.
    package mutating func insert(_ entry: Entry) {
        let text = entry.text(header: header)
        let cpv = Array(entry.cpv.utf8)[...]
        count += 1
        // Wrapping, as what is written by hand may announce any size.
        packagesSize &+= entry.size
        // The last chunk that begins with this CPV or one before it.
        let index = chunks.partitioningIndex { cpv.lexicographicallyPrecedes($0.cpv(0)) } - 1
        guard index >= 0 else {
            if chunks.isEmpty { chunks.append(Chunk(text)) } else { add(text, to: 0, at: 0) }
            return
        }
        let number = chunks[index].firstNumber { cpv.lexicographicallyPrecedes($0) }
        add(text, to: index, at: number)
    }

    /// Does nothing when no entry has the path.
    package mutating func remove(_ path: String) {
        guard let place = place(of: path) else { return }
        count -= 1
        packagesSize &-= Entry(text: chunks[place.chunk][place.number], header: header).size
        if chunks[place.chunk].count == 1 {
            chunks.remove(at: place.chunk)
        } else {
            chunks[place.chunk].remove(at: place.number)
        }
    }

    package mutating func setHeader(_ new: [String: String]) {
        guard Self.inherited.contains(where: { header[$0] != new[$0] }) else {
            header = new
            return
        }
        // What an entry leaves out is another.
        self = PackagesIndex(header: new, timestamp: timestamp, entries: entries)
    }

    /// Compresses what has changed since.
    package mutating func pack() throws(ArchiveReader.Failure) {
        for index in chunks.indices where chunks[index].packed == nil { try chunks[index].pack() }
    }

    private mutating func add(_ text: [UInt8], to index: Int, at number: Int) {
        let isLast = index == chunks.count - 1 && number == chunks[index].count
        if isLast, chunks[index].size + text.count > Chunk.limit {
            // Entries that come in their order, as when a file is read, fill the chunks.
            chunks.append(Chunk(text))
            return
        }
        chunks[index].insert(text, at: number)
        if let second = chunks[index].split() { chunks.insert(second, at: index + 1) }
    }

    private func place(of path: String) -> (chunk: Int, number: Int)? {
        guard let cpv = BinpkgPath(path).map({ Array($0.cpv.description.utf8)[...] }) else { return nil }
        // Those with the same CPV may begin in the chunk before.
        var index = max(0, chunks.partitioningIndex { !$0.cpv(0).lexicographicallyPrecedes(cpv) } - 1)
        while index < chunks.count {
            let chunk = chunks[index]
            for number in chunk.firstNumber(where: { !$0.lexicographicallyPrecedes(cpv) })..<chunk.count {
                guard chunk.cpv(number) == cpv else { return nil }
                if Self.value(of: "PATH", in: chunk[number]).elementsEqual(path.utf8) { return (index, number) }
            }
            index += 1
        }
        return nil
    }
}

extension PackagesIndex: Equatable {
    /// Where the chunks' borders are is no difference.
    package static func == (left: PackagesIndex, right: PackagesIndex) -> Bool {
        left.header == right.header && left.timestamp == right.timestamp && left.count == right.count
            && left.serialised() == right.serialised()
    }
}
