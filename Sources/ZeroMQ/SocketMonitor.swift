import CZeroMQ
import Glibc

/// Reads the events of a socket's connections, which libzmq sends over a pair of sockets inside the process.
///
/// `@unchecked Sendable`: used on the thread of the loop only, or where the loop has ended, by the socket's owner only.
final class SocketMonitor: @unchecked Sendable {
    let counters = ConnectionCounters()
    private let watched: UnsafeMutableRawPointer
    private let onEvent: @Sendable (ConnectionEvent) -> Void
    private var reader: Socket

    private static let events =
        ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_DISCONNECTED

    /// Starts to watch a socket that is registered on the loop.
    init(
        watching core: SocketCore, on loop: EventLoop, onEvent: @escaping @Sendable (ConnectionEvent) -> Void
    ) throws(ZeroMQError) {
        watched = core.handle
        self.onEvent = onEvent
        // libzmq's I/O thread waits when this queue is full, so it has no limit; the loop empties it at every turn.
        var options = SocketOptions()
        options.receiveHighWaterMark = 0
        reader = try Socket(core.context, kind: .pair, options: options)
        // The address of an object that lives as long as the endpoint is unique.
        let endpoint = "inproc://monitor-\(UInt(bitPattern: ObjectIdentifier(core)))"
        guard zmq_socket_monitor(watched, endpoint, Self.events) == 0 else {
            throw ZeroMQError(operation: "monitor a \(core.kind) socket")
        }
        try reader.connect(to: endpoint)
        try loop.register(reader.core, interest: .readable) { [weak self] events in self?.handle(events) }
    }

    /// Ends the watching, before the watched socket or this reader is closed: else libzmq would wait for a reader for ever.
    func stop() {
        zmq_socket_monitor(watched, nil, 0)
    }

    private func handle(_ events: SocketEvents) {
        if events.contains(.stopped) { return stop() }
        // Errors can only mean that the context was shut down, which the loop will tell.
        let messages = (try? reader.tryReceive(limit: 1024)) ?? []
        for message in messages {
            guard let event = Self.parse(message) else { continue }
            counters.count(event.kind)
            onEvent(event)
        }
    }

    private static func parse(_ message: Message) -> ConnectionEvent? {
        guard message.count == 2, message[0].count == 6 else { return nil }
        let (event, value) = message[0].withUnsafeBytes {
            (Int32($0.loadUnaligned(as: UInt16.self)), $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        }
        return kind(event, value).map { ConnectionEvent(kind: $0, endpoint: message[1].text) }
    }

    private static func kind(_ event: Int32, _ value: UInt32) -> ConnectionEvent.Kind? {
        switch event {
        case ZMQ_EVENT_CONNECTED: .connected
        case ZMQ_EVENT_ACCEPTED: .accepted
        case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed(errno: Int32(bitPattern: value))
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .protocolFailed(code: value)
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .authenticationFailed(status: value)
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed(errno: Int32(bitPattern: value))
        case ZMQ_EVENT_DISCONNECTED: .disconnected
        default: nil
        }
    }
}
