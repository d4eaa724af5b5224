/// What an ``EventLoop`` tells the owner of a socket.
public struct SocketEvents: OptionSet, Sendable, Hashable {
    /// The bits, those of `zmq_poll` for readable and writable.
    public var rawValue: Int16

    /// Wraps the bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// At least one whole message can be received.
    public static let readable = SocketEvents(rawValue: 1)
    /// A message can be sent. For a ROUTER: to some peer, not necessarily to the wanted one.
    public static let writable = SocketEvents(rawValue: 2)
    /// The loop or the socket's context was shut down; this is the last call for this socket. Always delivered, whatever the
    /// interest.
    public static let stopped = SocketEvents(rawValue: 1 << 8)
}
