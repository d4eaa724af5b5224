/// Something that happened to a connection of a monitored socket.
public struct ConnectionEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A connection to a peer was made; its handshake follows.
        case connected
        /// A connection from a peer was taken; its handshake follows.
        case accepted
        /// A connection from a peer could not be taken, for this errno: as a rule, too many files are open.
        case acceptFailed(errno: Int32)
        /// The peer speaks ZeroMQ and is who it must be: messages can flow.
        case handshakeSucceeded
        /// The peer does not speak ZeroMQ, or not with the same security; the code is one of `ZMQ_PROTOCOL_ERROR_*`.
        case protocolFailed(code: UInt32)
        /// The ZAP handler refused, here or at the peer; the status is 300, 400 or 500.
        case authenticationFailed(status: UInt32)
        /// The handshake ended for another reason, such as a peer that hung up.
        case handshakeFailed(errno: Int32)
        /// A connection was lost.
        case disconnected
    }

    /// What happened.
    public var kind: Kind
    /// The endpoint, of this side.
    public var endpoint: String
}
