/// The public half of a CURVE key pair, 32 bytes.
public struct CurvePublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Parses the 40 characters of a Z85 text.
    public init(z85 text: String) throws(CurveKeyError) {
        bytes = try CurveKeyError.parse(text)
    }

    /// Wraps 32 bytes.
    public init(bytes: [UInt8]) throws(CurveKeyError) {
        guard bytes.count == 32 else { throw .byteCount(bytes.count) }
        self.bytes = bytes
    }

    /// The key as 40 characters of Z85.
    public var z85: String { Z85.encode(bytes) }

    /// The key as 40 characters of Z85.
    public var description: String { z85 }
}
