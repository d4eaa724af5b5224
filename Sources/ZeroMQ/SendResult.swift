/// What became of a message that was to be sent without waiting.
public enum SendResult: Sendable, Hashable {
    /// libzmq took the message. That is no proof that a peer will get it.
    case sent
    /// The high-water mark is reached or no peer is connected: nothing was sent, try again when the socket is writable.
    case wouldBlock
    /// A ROUTER with ``SocketOptions/routerMandatory`` has no connected peer of that routing id: nothing was sent.
    case unreachable
}
