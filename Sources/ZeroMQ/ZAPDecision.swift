/// Whether a peer may connect.
public enum ZAPDecision: Sendable, Hashable {
    /// It may; every frame from it will carry this name as ``Frame/userID``.
    case accept(userID: String)
    /// It may not. libzmq tells the peer so, which then does not connect again by itself; the reason stays on this side.
    case deny(reason: String)
    /// It may not now. It is told nothing; libzmq drops its connection when ``SocketOptions/handshakeInterval`` has passed, and
    /// then it tries again by itself.
    case deferred(reason: String)
}
