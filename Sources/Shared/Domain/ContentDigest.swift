internal import Crypto

/// A SHA-256: the name of a file's content everywhere in a farm. Written in lower-case hex.
package struct ContentDigest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The 32 bytes as four big-endian numbers: a plan holds a hundred thousand digests, and compares them.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// nil unless the text is 64 lower-case hexadecimal digits; what comes from a peer becomes part of file names.
    package init?(hex: String) {
        var words: [UInt64] = [0, 0, 0, 0]
        var count = 0
        for digit in hex.utf8 {
            guard count < 64, let value = digit.hexadecimalValue else { return nil }
            words[count / 16] = words[count / 16] << 4 | UInt64(value)
            count += 1
        }
        guard count == 64 else { return nil }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// nil unless there are 32 bytes.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        func word(_ place: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = ContentDigest(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no SHA-256")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    package var hex: String {
        let digits = StaticString("0123456789abcdef")
        return String(unsafeUninitializedCapacity: 64) { buffer in
            var place = 0
            for word in [words.0, words.1, words.2, words.3] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    buffer[place] = digits.utf8Start[Int(word >> UInt64(shift) & 15)]
                    place += 1
                }
            }
            return 64
        }
    }

    package var description: String { hex }
    /// For people: the first twelve digits.
    package var short: String { String(hex.prefix(12)) }
    /// The first eight bytes: enough where a mistake costs nothing but a wrong word to a person.
    package var prefix: UInt64 { words.0 }

    /// Appends the 32 bytes.
    package func append(to bytes: inout [UInt8]) {
        let bigEndian = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        withUnsafeBytes(of: bigEndian) { bytes.append(contentsOf: $0) }
    }

    package static func == (left: ContentDigest, right: ContentDigest) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    fileprivate init(_ digest: SHA256Digest) {
        words = digest.withUnsafeBytes { bytes in
            func word(_ place: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
    }
}

extension ContentDigest: Comparable {
    package static func < (left: ContentDigest, right: ContentDigest) -> Bool {
        // The first word tells, but for one pair in 2^64.
        left.words.0 == right.words.0 ? left.words < right.words : left.words.0 < right.words.0
    }
}

/// Digests content that comes in pieces.
package struct ContentHasher: Sendable {
    private var function = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bufferPointer: bytes) }

    package mutating func update(_ bytes: [UInt8]) { function.update(data: bytes) }

    package func finish() -> ContentDigest { ContentDigest(function.finalize()) }

    package static func digest(_ bytes: [UInt8]) -> ContentDigest {
        var hasher = ContentHasher()
        hasher.update(bytes)
        return hasher.finish()
    }
}

/// A file's content by digest, with its size in bytes.
package struct Blob: Hashable, Sendable, Codable {
    package let digest: ContentDigest
    package let size: Int64

    package init(digest: ContentDigest, size: Int64) {
        self.digest = digest
        self.size = size
    }
}
