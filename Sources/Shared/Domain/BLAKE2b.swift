internal import CSodium

/// A BLAKE2b of 64 bytes: what Manifests name a distfile by (GLEP 74), and what a gpkg's Manifest has of each member
/// (GLEP 78). Written in lower-case hex.
package struct BLAKE2bDigest: Hashable, Sendable, Codable, CustomStringConvertible {
    package static let byteCount = 64

    /// Its halves as four big-endian numbers each, in one place: a plan holds tens of thousands of them.
    private let first: Half
    private let second: Half

    private struct Half: Hashable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        init(_ bytes: ArraySlice<UInt8>) {
            func word(_ place: Int) -> UInt64 {
                bytes.dropFirst(8 * place).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            }
            words = (word(0), word(1), word(2), word(3))
        }

        var prefix: UInt64 { words.0 }

        var bytes: [UInt8] {
            [words.0, words.1, words.2, words.3].flatMap { word in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
            }
        }

        static func == (left: Half, right: Half) -> Bool { left.words == right.words }

        func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
    }

    /// The first eight bytes.
    package var prefix: UInt64 { first.prefix }

    /// nil unless there are 64 bytes.
    package init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        first = Half(bytes[..<32])
        second = Half(bytes[32...])
    }

    /// nil unless the text is 128 lower-case hexadecimal digits; what comes from a peer becomes part of file names.
    package init?(hex: some StringProtocol) {
        var bytes: [UInt8] = []
        var half: UInt8?
        for digit in hex.utf8 {
            guard let value = digit.hexadecimalValue else { return nil }
            if let high = half {
                guard bytes.count < Self.byteCount else { return nil }
                bytes.append(high << 4 | value)
                half = nil
            } else {
                half = value
            }
        }
        guard half == nil else { return nil }
        self.init(bytes: bytes)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = BLAKE2bDigest(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no BLAKE2B")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    package var bytes: [UInt8] { first.bytes + second.bytes }

    package var hex: String { bytes.hexadecimal }
    package var description: String { hex }
    /// For people: the first twelve digits.
    package var short: String { String(hex.prefix(12)) }
}

/// Computes a BLAKE2b without a key (RFC 7693) of content that comes in pieces, by libsodium: swift-crypto does not have it.
package struct BLAKE2b: ~Copyable {
    /// libsodium wants it so.
    private static let alignment = 64
    private let state: UnsafeMutableRawPointer

    package init() {
        state = .allocate(byteCount: crypto_generichash_statebytes(), alignment: Self.alignment)
        // It refuses only other sizes.
        crypto_generichash_init(OpaquePointer(state), nil, 0, BLAKE2bDigest.byteCount)
    }

    deinit { state.deallocate() }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        crypto_generichash_update(
            OpaquePointer(state), bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
            UInt64(bytes.count))
    }

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    package consuming func finish() -> BLAKE2bDigest {
        var digest = [UInt8](repeating: 0, count: BLAKE2bDigest.byteCount)
        crypto_generichash_final(OpaquePointer(state), &digest, BLAKE2bDigest.byteCount)
        guard let digest = BLAKE2bDigest(bytes: digest) else { preconditionFailure("a digest has its own size") }
        return digest
    }

    package static func digest(_ bytes: [UInt8]) -> BLAKE2bDigest {
        var hash = BLAKE2b()
        hash.update(bytes)
        return hash.finish()
    }
}
