import CZeroMQ
import Glibc

/// A CURVE key pair: who a peer is.
public struct CurveKeyPair: Sendable {
    /// What others may know.
    public let publicKey: CurvePublicKey
    /// What only the owner may know.
    public let secretKey: CurveSecretKey

    /// The pair that belongs to a secret key.
    ///
    /// - Throws: ``ZeroMQError`` when libzmq was built without CURVE.
    public init(secretKey: CurveSecretKey) throws(ZeroMQError) {
        publicKey = try secretKey.publicKey()
        self.secretKey = secretKey
    }

    private init(publicKey: CurvePublicKey, secretKey: CurveSecretKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Makes a new pair from the system's random numbers.
    ///
    /// - Throws: ``ZeroMQError`` when libzmq was built without CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
            throw ZeroMQError(operation: "generate a CURVE key pair")
        }
        return CurveKeyPair(publicKey: try publicKey(publicText), secretKey: try secretKey(secretText))
    }

    static func publicKey(_ text: [CChar]) throws(ZeroMQError) -> CurvePublicKey {
        do {
            return try CurvePublicKey(z85: string(text))
        } catch {
            throw ZeroMQError(code: EINVAL, operation: "read the CURVE public key that libzmq made")
        }
    }

    private static func secretKey(_ text: [CChar]) throws(ZeroMQError) -> CurveSecretKey {
        do {
            return try CurveSecretKey(z85: string(text))
        } catch {
            throw ZeroMQError(code: EINVAL, operation: "read the CURVE secret key that libzmq made")
        }
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
