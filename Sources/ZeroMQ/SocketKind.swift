import CZeroMQ

/// The messaging pattern of a socket.
public enum SocketKind: Int32, Sendable, Hashable, CaseIterable {
    /// Exactly one peer, both directions.
    case pair = 0
    /// Sends to every subscriber.
    case pub = 1
    /// Receives what it subscribed to.
    case sub = 2
    /// Sends a request, then receives its reply.
    case req = 3
    /// Receives a request, then sends its reply.
    case rep = 4
    /// Asynchronous client: sends to its peers in turn, receives fairly from all.
    case dealer = 5
    /// Asynchronous server: the first frame of every message is the peer's routing id.
    case router = 6
    /// Receives from any number of ``push`` sockets.
    case pull = 7
    /// Sends to its ``pull`` peers in turn.
    case push = 8
    /// As ``pub``, and receives the subscriptions.
    case xpub = 9
    /// As ``sub``, with subscriptions sent as messages.
    case xsub = 10
    /// Raw TCP.
    case stream = 11
}
