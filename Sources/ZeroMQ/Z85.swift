/// The Z85 text form of binary data (ZeroMQ RFC 32): five printable characters for four bytes.
enum Z85 {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    private static let values: [UInt8: UInt64] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt64($0)) })

    /// Encodes bytes, whose number must be a multiple of four.
    static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count.isMultiple(of: 4))
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var value = bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt64($1) }
            var group = [UInt8](repeating: 0, count: 5)
            for index in group.indices.reversed() {
                group[index] = alphabet[Int(value % 85)]
                value /= 85
            }
            text += group
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes a text; nil when its length is not a multiple of five, or it has characters or groups that Z85 does not.
    static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 5) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: characters.count, by: 5) {
            var value: UInt64 = 0
            for character in characters[start..<start + 5] {
                guard let digit = values[character] else { return nil }
                value = value * 85 + digit
            }
            guard let group = UInt32(exactly: value) else { return nil }
            withUnsafeBytes(of: group.bigEndian) { bytes += $0 }
        }
        return bytes
    }
}
