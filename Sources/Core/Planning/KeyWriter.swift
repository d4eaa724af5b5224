import Shared

/// Digests a list of fields. Each text has its length in front, so different lists never give the same bytes.
struct KeyWriter {
    private var bytes: [UInt8] = []

    /// Begins anew.
    /// - Parameter kind: what is digested and in which form; another form is another kind.
    mutating func begin(_ kind: StaticString) {
        bytes.removeAll(keepingCapacity: true)
        kind.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0)
    }

    mutating func add(_ text: String) {
        add(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ texts: [String]) {
        add(count: texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ digest: ContentDigest) { digest.append(to: &bytes) }

    /// In ascending order: the order in which they are known says nothing.
    mutating func add(unordered digests: [ContentDigest]) {
        add(count: digests.count)
        for digest in digests.sorted() { add(digest) }
    }

    func finish() -> ContentDigest { ContentHasher.digest(bytes) }

    private mutating func add(count: Int) {
        withUnsafeBytes(of: UInt64(count).bigEndian) { bytes.append(contentsOf: $0) }
    }
}
