internal import Crypto

/// A SHA-256, in lower-case hex: the name of a file's content everywhere in a farm.
package struct ContentDigest: Hashable, Sendable, Codable, CustomStringConvertible {
    package let hex: String

    /// nil unless the text is 64 lower-case hexadecimal digits; what comes from a peer becomes part of file names.
    package init?(hex: String) {
        guard hex.utf8.count == 64,
            hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.hex = hex
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

    package var description: String { hex }
    /// For people: the first twelve digits.
    package var short: String { String(hex.prefix(12)) }

    fileprivate init(trusted hex: String) { self.hex = hex }
}

/// Digests content that comes in pieces.
package struct ContentHasher: Sendable {
    private var function = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bufferPointer: bytes) }

    package mutating func update(_ bytes: [UInt8]) { function.update(data: bytes) }

    package func finish() -> ContentDigest {
        let digits = Array("0123456789abcdef".utf8)
        var hex: [UInt8] = []
        hex.reserveCapacity(64)
        for byte in function.finalize() {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        return ContentDigest(trusted: String(decoding: hex, as: UTF8.self))
    }

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
