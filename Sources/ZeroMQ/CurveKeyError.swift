/// A text or bytes that are no CURVE key. The key itself is not part of the error: it may be a secret one.
public enum CurveKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text has another length than the 40 characters of a key.
    case length(Int)
    /// The text has 40 characters but is not Z85.
    case notZ85
    /// There are other than 32 bytes.
    case byteCount(Int)

    /// One line for a person.
    public var description: String {
        switch self {
        case .length(let count): "a CURVE key is 40 characters of Z85; this text has \(count)"
        case .notZ85: "a CURVE key is 40 characters of Z85; this text has characters or groups that are not Z85"
        case .byteCount(let count): "a CURVE key is 32 bytes; these are \(count)"
        }
    }

    static func parse(_ text: String) throws(CurveKeyError) -> [UInt8] {
        guard text.utf8.count == 40 else { throw .length(text.utf8.count) }
        guard let bytes = Z85.decode(text) else { throw .notZ85 }
        return bytes
    }
}
