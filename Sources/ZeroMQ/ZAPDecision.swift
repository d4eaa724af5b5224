/// Whether a peer may connect.
public enum ZAPDecision: Sendable, Hashable {
    /// It may; every frame from it will carry this name as ``Frame/userID``.
    case accept(userID: String)
    /// It may not. The reason is for the handler's side; libzmq does not tell the peer.
    case deny(reason: String)
}
