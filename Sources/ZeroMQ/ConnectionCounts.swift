import Synchronization

/// How often what happened to the connections of a socket.
public struct ConnectionCounts: Sendable, Hashable {
    /// Connections made or taken.
    public var opened = 0
    /// Those whose peer turned out to speak ZeroMQ and be who it must be.
    public var established = 0
    /// Those whose handshake failed by the protocol. A peer that does not even greet as ZeroMQ is only opened and lost.
    public var failed = 0
    /// Those, among the failed, that the ZAP handler refused.
    public var refused = 0
    /// Connections lost.
    public var lost = 0

    mutating func count(_ kind: ConnectionEvent.Kind) {
        switch kind {
        case .connected, .accepted: opened += 1
        case .handshakeSucceeded: established += 1
        case .acceptFailed, .protocolFailed, .handshakeFailed: failed += 1
        case .authenticationFailed:
            failed += 1
            refused += 1
        case .disconnected: lost += 1
        }
    }
}

/// Counts what happens to the connections of a socket; can be read from any thread, also after the socket has gone.
public final class ConnectionCounters: Sendable {
    private let state = Mutex(ConnectionCounts())

    /// The counts so far.
    public var counts: ConnectionCounts { state.withLock { $0 } }

    func count(_ kind: ConnectionEvent.Kind) {
        state.withLock { $0.count(kind) }
    }
}
