import CZeroMQ
import Glibc

/// A libzmq socket with one owner; it closes itself.
///
/// Every operation is `mutating`, so that the compiler proves that only one thread uses the socket at a time; the socket as
/// a whole may be handed to another thread. None of them waits: to wait, give the socket to an ``AsyncSocket``, or store it
/// in an actor that runs on an ``EventLoop`` and register it there. From then on it may be used on that loop only, which is
/// checked; when it goes, the loop closes it, whichever thread let it go.
public struct Socket: ~Copyable, Sendable {
    let core: SocketCore

    /// Makes a socket.
    ///
    /// - Throws: ``ZeroMQError`` when a setting is refused, or the context is shut down or out of sockets.
    public init(_ context: Context, kind: SocketKind, options: SocketOptions = SocketOptions()) throws(ZeroMQError) {
        let core = try SocketCore(context: context, kind: kind)
        do {
            try options.apply(to: core)
        } catch {
            core.release()
            throw error
        }
        self.core = core
    }

    deinit { core.release() }

    /// The messaging pattern.
    public var kind: SocketKind { core.kind }

    /// Changes settings, for endpoints bound or connected from now on.
    public mutating func apply(_ options: SocketOptions) throws(ZeroMQError) {
        try options.apply(to: core)
    }

    /// Listens at an endpoint such as `tcp://*:5555`, `tcp://127.0.0.1:*`, `ipc:///run/x` or `inproc://name`.
    public mutating func bind(to endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(core.handle, endpoint) == 0 else { throw ZeroMQError(operation: "bind to", subject: endpoint) }
    }

    /// Stops listening at an endpoint, given as ``lastEndpoint()`` gave it.
    public mutating func unbind(from endpoint: String) throws(ZeroMQError) {
        guard zmq_unbind(core.handle, endpoint) == 0 else {
            throw ZeroMQError(operation: "unbind from", subject: endpoint)
        }
    }

    /// Connects to an endpoint, in the background, and again whenever the connection is lost.
    public mutating func connect(to endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(core.handle, endpoint) == 0 else {
            throw ZeroMQError(operation: "connect to", subject: endpoint)
        }
    }

    /// Ends the connection to an endpoint.
    public mutating func disconnect(from endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(core.handle, endpoint) == 0 else {
            throw ZeroMQError(operation: "disconnect from", subject: endpoint)
        }
    }

    /// The endpoint last bound or connected, with the port that the system chose for a wildcard.
    public mutating func lastEndpoint() throws(ZeroMQError) -> String {
        var text = [UInt8](repeating: 0, count: 512)
        var count = text.count
        guard zmq_getsockopt(core.handle, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else {
            throw ZeroMQError(operation: "ask for the last endpoint")
        }
        return String(decoding: text.prefix(count).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Receives messages that begin with a prefix; only for SUB.
    public mutating func subscribe(to prefix: [UInt8] = []) throws(ZeroMQError) {
        try core.set(ZMQ_SUBSCRIBE, bytes: prefix, "subscription")
    }

    /// Takes a subscription back.
    public mutating func unsubscribe(from prefix: [UInt8] = []) throws(ZeroMQError) {
        try core.set(ZMQ_UNSUBSCRIBE, bytes: prefix, "subscription")
    }

    /// What can be done now without waiting.
    public mutating func readiness() throws(ZeroMQError) -> SocketEvents {
        var events: Int32 = 0
        var count = MemoryLayout<Int32>.size
        guard zmq_getsockopt(core.handle, ZMQ_EVENTS, &events, &count) == 0 else {
            throw ZeroMQError(operation: "ask for the events of a \(kind) socket")
        }
        return SocketEvents(rawValue: Int16(truncatingIfNeeded: events)).intersection([.readable, .writable])
    }

    /// Closes the socket now rather than when its owner goes.
    public consuming func close() {}
}
