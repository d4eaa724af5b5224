import Synchronization
import ZeroMQ

/// Counts, over both sockets, what was turned away: connections that did not prove a known key, and messages that make
/// no sense or that their sender's role does not allow.
final class RefusedPeers: Sendable {
    private struct State {
        var sockets: [ConnectionCounters] = []
        var messages: Int64 = 0
    }

    private let state = Mutex(State())

    func watch(_ socket: ConnectionCounters) { state.withLock { $0.sockets.append(socket) } }

    func countMessage() { state.withLock { $0.messages += 1 } }

    /// So far. A connection counts while its handshake goes on, at most for the sockets' handshake interval.
    var total: Int64 {
        state.withLock { state in
            state.messages
                + state.sockets.reduce(0) { sum, socket in
                    let counts = socket.counts
                    return sum + Int64(max(0, counts.opened - counts.established))
                }
        }
    }
}
