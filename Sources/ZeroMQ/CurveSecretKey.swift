import CZeroMQ

/// The secret half of a CURVE key pair, 32 bytes. It does not print itself.
public struct CurveSecretKey: Sendable {
    let bytes: [UInt8]

    /// Parses the 40 characters of a Z85 text.
    public init(z85 text: String) throws(CurveKeyError) {
        bytes = try CurveKeyError.parse(text)
    }

    /// Wraps 32 bytes.
    public init(bytes: [UInt8]) throws(CurveKeyError) {
        guard bytes.count == 32 else { throw .byteCount(bytes.count) }
        self.bytes = bytes
    }

    /// The key as 40 characters of Z85, to be written to a file that only its owner can read.
    public var exposedZ85: String { Z85.encode(bytes) }

    /// The public key that belongs to this one.
    ///
    /// - Throws: ``ZeroMQError`` when libzmq was built without CURVE.
    public func publicKey() throws(ZeroMQError) -> CurvePublicKey {
        var text = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&text, exposedZ85) == 0 else {
            throw ZeroMQError(operation: "derive a CURVE public key")
        }
        return try CurveKeyPair.publicKey(text)
    }
}

extension CurveSecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder.
    public var description: String { "CurveSecretKey(redacted)" }
    /// A placeholder.
    public var debugDescription: String { description }
    /// Shows no bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
