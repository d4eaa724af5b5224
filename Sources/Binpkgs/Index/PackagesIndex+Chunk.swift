extension PackagesIndex {
    /// Entries that stand together, as text, and that text compressed.
    ///
    /// The compressed texts one behind the other are one gzip file (RFC 1952, 2.2), so that each is made only when its
    /// chunk changes.
    package struct Chunk: Sendable {
        /// Bytes of text above which a chunk is divided. Larger ones compress a little better, smaller ones sooner.
        package static let limit = 128 * 1024

        package private(set) var text: [UInt8]
        /// nil when the text is newer.
        package private(set) var packed: [UInt8]?
        /// Where each entry begins.
        private var starts: [Int]

        /// - Parameter entry: as `Entry.text` gives it.
        package init(_ entry: [UInt8]) {
            text = entry
            starts = [0]
        }

        private init(text: [UInt8], starts: [Int]) {
            self.text = text
            self.starts = starts
        }

        /// Entries in the chunk.
        package var count: Int { starts.count }
        /// Bytes of text.
        package var size: Int { text.count }

        /// An entry's text.
        package subscript(number: Int) -> ArraySlice<UInt8> { text[start(number)..<start(number + 1)] }

        package func cpv(_ number: Int) -> ArraySlice<UInt8> { PackagesIndex.value(of: "CPV", in: self[number]) }

        /// The first entry whose CPV meets the condition, which those behind it meet too; the count when none does.
        package func firstNumber(where belongsToSecond: (ArraySlice<UInt8>) -> Bool) -> Int {
            (0..<count).partitioningIndex { belongsToSecond(cpv($0)) }
        }

        package mutating func insert(_ entry: [UInt8], at number: Int) {
            let start = start(number)
            replace(start..<start, with: entry)
            starts.insert(start, at: number)
            for later in starts.indices[(number + 1)...] { starts[later] += entry.count }
        }

        package mutating func remove(at number: Int) {
            let range = start(number)..<start(number + 1)
            replace(range, with: [])
            starts.remove(at: number)
            for later in starts.indices[number...] { starts[later] -= range.count }
        }

        /// Gives the second half away when this has become too large.
        package mutating func split() -> Chunk? {
            guard size > Self.limit, count > 1 else { return nil }
            let number = max(1, starts.partitioningIndex { $0 > size / 2 } - 1)
            let start = start(number)
            let second = Chunk(text: Array(text[start...]), starts: starts[number...].map { $0 - start })
            self = Chunk(text: Array(text[..<start]), starts: Array(starts[..<number]))
            return second
        }

        package mutating func pack() throws(ArchiveReader.Failure) { packed = try Gzip.compress(text) }

        private func start(_ number: Int) -> Int { number < starts.count ? starts[number] : text.count }

        /// Into an array of exactly the size: thousands of half-empty ones would be a lot.
        private mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
            let before = text[..<range.lowerBound]
            let after = text[range.upperBound...]
            text = Array(unsafeUninitializedCapacity: text.count - range.count + bytes.count) { buffer, used in
                for piece in [before, bytes[...], after] {
                    used = buffer[used...].initialize(fromContentsOf: piece)
                }
            }
            packed = nil
        }
    }
}
