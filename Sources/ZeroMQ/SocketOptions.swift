import CZeroMQ
import Glibc

/// Settings of a socket; what is nil stays as libzmq has it. Times are rounded up to milliseconds.
///
/// Most take effect only on endpoints bound or connected after they are set.
public struct SocketOptions: Sendable {
    /// How long unsent messages outlive the closed socket. Left nil, they are discarded at once.
    public var linger: Duration?
    /// How often to ping a silent peer.
    public var heartbeatInterval: Duration?
    /// After how long without an answer to a ping a connection is dropped.
    public var heartbeatTimeout: Duration?
    /// After how long of silence from here the peer shall drop the connection; up to 6553 s.
    public var heartbeatTTL: Duration?
    /// How long a connection may take to say who it is, before it is dropped; zero for no limit.
    public var handshakeInterval: Duration?
    /// How long a TCP connect may take.
    public var connectTimeout: Duration?
    /// Whether TCP itself probes silent connections.
    public var tcpKeepalive: Bool?
    /// The largest frame taken from a peer, in bytes; one that sends more is disconnected.
    public var maxMessageSize: Int?
    /// Whether a ROUTER reports a message for an unknown or full peer instead of dropping it.
    public var routerMandatory: Bool?
    /// Whether a new connection with a known routing id takes it over, instead of being refused.
    public var routerHandover: Bool?
    /// Whether messages are queued only for connections that are complete.
    public var immediate: Bool?
    /// How long to wait before connecting again, at first.
    public var reconnectInterval: Duration?
    /// How long to wait before connecting again, at most; the wait doubles up to it.
    public var reconnectIntervalMax: Duration?
    /// How many messages to queue for sending to one peer; zero for no limit.
    public var sendHighWaterMark: Int?
    /// How many messages to queue from one peer before it is made to wait; zero for no limit.
    public var receiveHighWaterMark: Int?
    /// The routing id by which a ROUTER peer knows this socket, 1 to 255 bytes, the first not zero.
    public var routingID: [UInt8]?
    /// Encryption and authentication. Left nil, there is none.
    public var curve: CurveRole?
    /// The domain told to the ``ZAPHandler``. For sockets without CURVE, authentication happens only with a domain.
    public var zapDomain: String?
    /// Whether IPv6 addresses can be used.
    public var ipv6: Bool?
    /// How many connections may wait to be accepted.
    public var backlog: Int?
    /// The size of the system's send buffer, in bytes.
    public var sendBuffer: Int?
    /// The size of the system's receive buffer, in bytes.
    public var receiveBuffer: Int?

    /// No settings.
    public init() {}

    func apply(to socket: SocketCore) throws(ZeroMQError) {
        try socket.set(ZMQ_LINGER, linger, "linger")
        try socket.set(ZMQ_HEARTBEAT_IVL, heartbeatInterval, "heartbeat interval")
        try socket.set(ZMQ_HEARTBEAT_TIMEOUT, heartbeatTimeout, "heartbeat timeout")
        try socket.set(ZMQ_HEARTBEAT_TTL, heartbeatTTL, "heartbeat time to live")
        try socket.set(ZMQ_HANDSHAKE_IVL, handshakeInterval, "handshake interval")
        try socket.set(ZMQ_CONNECT_TIMEOUT, connectTimeout, "connect timeout")
        try socket.set(ZMQ_TCP_KEEPALIVE, tcpKeepalive, "TCP keepalive")
        if let maxMessageSize {
            try socket.set(ZMQ_MAXMSGSIZE, value: Int64(maxMessageSize), "maximum message size")
        }
        try socket.set(ZMQ_ROUTER_MANDATORY, routerMandatory, "router mandatory")
        try socket.set(ZMQ_ROUTER_HANDOVER, routerHandover, "router handover")
        try socket.set(ZMQ_IMMEDIATE, immediate, "immediate")
        try socket.set(ZMQ_RECONNECT_IVL, reconnectInterval, "reconnect interval")
        try socket.set(ZMQ_RECONNECT_IVL_MAX, reconnectIntervalMax, "maximum reconnect interval")
        try socket.set(ZMQ_SNDHWM, sendHighWaterMark, "send high-water mark")
        try socket.set(ZMQ_RCVHWM, receiveHighWaterMark, "receive high-water mark")
        try socket.set(ZMQ_IPV6, ipv6, "IPv6")
        try socket.set(ZMQ_BACKLOG, backlog, "backlog")
        try socket.set(ZMQ_SNDBUF, sendBuffer, "send buffer size")
        try socket.set(ZMQ_RCVBUF, receiveBuffer, "receive buffer size")
        if let routingID { try socket.set(ZMQ_ROUTING_ID, bytes: routingID, "routing id") }
        if let zapDomain { try socket.set(ZMQ_ZAP_DOMAIN, bytes: Array(zapDomain.utf8), "ZAP domain") }
        try applyCurve(to: socket)
    }

    private func applyCurve(to socket: SocketCore) throws(ZeroMQError) {
        switch curve {
        case nil: break
        case .server(let secretKey):
            try socket.set(ZMQ_CURVE_SERVER, true, "CURVE server")
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: secretKey.bytes, "CURVE secret key")
        case .client(let keys, let server):
            try socket.set(ZMQ_CURVE_SERVERKEY, bytes: server.bytes, "CURVE server key")
            try socket.set(ZMQ_CURVE_PUBLICKEY, bytes: keys.publicKey.bytes, "CURVE public key")
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: keys.secretKey.bytes, "CURVE secret key")
        }
    }
}

extension SocketCore {
    fileprivate func set(_ option: Int32, _ duration: Duration?, _ name: String) throws(ZeroMQError) {
        guard let duration else { return }
        guard duration >= .zero, let milliseconds = Int32(exactly: duration.wholeMilliseconds) else {
            throw ZeroMQError(code: EINVAL, operation: "set the \(name)", subject: "to \(duration)")
        }
        try set(option, value: milliseconds, name)
    }

    fileprivate func set(_ option: Int32, _ flag: Bool?, _ name: String) throws(ZeroMQError) {
        guard let flag else { return }
        try set(option, value: Int32(flag ? 1 : 0), name)
    }

    fileprivate func set(_ option: Int32, _ number: Int?, _ name: String) throws(ZeroMQError) {
        guard let number else { return }
        guard let value = Int32(exactly: number) else {
            throw ZeroMQError(code: EINVAL, operation: "set the \(name)", subject: "to \(number)")
        }
        try set(option, value: value, name)
    }
}

extension Duration {
    /// In milliseconds, rounded up.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let part: Int64 = 1_000_000_000_000_000
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return product + attoseconds / part + (attoseconds % part > 0 ? 1 : 0)
    }
}
