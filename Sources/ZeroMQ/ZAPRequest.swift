/// What libzmq asks about a peer that connects (ZeroMQ RFC 27).
public struct ZAPRequest: Sendable, Hashable {
    /// How the peer says who it is.
    public enum Mechanism: Sendable, Hashable {
        /// It does not.
        case null
        /// By name and password, in clear.
        case plain(username: String, password: String)
        /// By proving that it has the secret key of this public key.
        case curve(CurvePublicKey)
    }

    /// ``SocketOptions/zapDomain`` of the socket that is connected to.
    public var domain: String
    /// The peer's network address, without a port.
    public var address: String
    /// The routing id that the peer chose for itself. Anybody can claim any.
    public var routingID: [UInt8]
    /// How the peer says who it is.
    public var mechanism: Mechanism

    /// The peer's public key, when it uses CURVE.
    public var publicKey: CurvePublicKey? {
        if case .curve(let key) = mechanism { key } else { nil }
    }

    /// Reads the frames after the request id; nil when they are malformed.
    init?(_ frames: ArraySlice<Frame>) {
        guard frames.count >= 4 else { return nil }
        let frames = Array(frames)
        domain = frames[0].text
        address = frames[1].text
        routingID = frames[2].bytes
        let credentials = frames[4...]
        switch (frames[3].text, credentials.count) {
        case ("NULL", 0): mechanism = .null
        case ("PLAIN", 2): mechanism = .plain(username: frames[4].text, password: frames[5].text)
        case ("CURVE", 1):
            guard let key = try? CurvePublicKey(bytes: frames[4].bytes) else { return nil }
            mechanism = .curve(key)
        default: return nil
        }
    }
}
