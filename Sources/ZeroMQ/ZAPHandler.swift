import Glibc
import Synchronization

/// Decides which peers may connect to the sockets of a context (ZeroMQ RFC 27).
///
/// Start it before any socket of the context binds: without a handler, a CURVE server lets any key in. It serves
/// `inproc://zeromq.zap.01` on an event loop until it is closed or the loop shut down; a CURVE socket whose handler has gone
/// lets nobody in, because the endpoint was there when it was asked for and does not answer, or anybody, when it is gone
/// altogether: close the sockets first.
public actor ZAPHandler {
    /// The decision about one peer. Runs on the loop, so it must not block.
    public typealias Policy = @Sendable (ZAPRequest) -> ZAPDecision

    /// How often what was decided.
    public struct Counts: Sendable, Hashable {
        /// Peers let in.
        public var accepted = 0
        /// Peers turned away, for now or for good.
        public var denied = 0
        /// Requests that are not by the protocol and were ignored.
        public var malformed = 0

        /// Counts of a handler, or all zero.
        public init(accepted: Int = 0, denied: Int = 0, malformed: Int = 0) {
            self.accepted = accepted
            self.denied = denied
            self.malformed = malformed
        }
    }

    private nonisolated let loop: EventLoop
    private nonisolated let counters = Mutex(Counts())
    private let policy: Policy
    private var socket: Socket?

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// What was decided so far; from any thread.
    public nonisolated var counts: Counts { counters.withLock { $0 } }

    private init(_ socket: consuming Socket, loop: EventLoop, policy: @escaping Policy) {
        self.socket = consume socket
        self.loop = loop
        self.policy = policy
    }

    /// Starts the handler of a context; when this returns, it serves. Keep what it returns: the handler ends with it.
    ///
    /// - Throws: ``ZeroMQError``, with `EADDRINUSE` when the context has a handler already.
    public static func start(
        in context: Context, on loop: EventLoop, policy: @escaping Policy
    ) async throws(ZeroMQError) -> ZAPHandler {
        var socket = try Socket(context, kind: .router)
        try socket.bind(to: "inproc://zeromq.zap.01")
        let handler = ZAPHandler(socket, loop: loop, policy: policy)
        try await handler.attach()
        return handler
    }

    /// Stops serving.
    public func close() { socket = nil }

    private func attach() throws(ZeroMQError) {
        try socket?.register(on: loop, owner: self) { $0.handle($1) }
    }

    private func handle(_ events: SocketEvents) {
        if events.contains(.stopped) { return close() }
        do {
            for request in try socket?.tryReceive(limit: 64) ?? [] { try answer(request) }
        } catch {
            // Only a context that was shut down makes these fail; nobody asks any more.
            close()
        }
    }

    private func answer(_ message: Message) throws(ZeroMQError) {
        // The routing id and a delimiter, then the request: version, request id, and what the request parses.
        guard let delimiter = message.frames.firstIndex(where: \.isEmpty) else { return countMalformed() }
        let envelope = message.frames[...delimiter]
        let body = message.frames[(delimiter + 1)...]
        guard body.count >= 2, body.first?.text == "1.0", let request = ZAPRequest(body.dropFirst(2)) else {
            return countMalformed()
        }
        let (status, text, userID) = decide(request)
        let reply =
            Array(envelope) + [body[body.startIndex], body[body.startIndex + 1]]
            + [Frame(status), Frame(text), Frame(userID), Frame()]
        _ = try socket?.trySend(Message(reply))
    }

    private func decide(_ request: ZAPRequest) -> (status: String, text: String, userID: String) {
        switch policy(request) {
        case .accept(let userID):
            counters.withLock { $0.accepted += 1 }
            return ("200", "OK", userID)
        case .deny(let reason):
            counters.withLock { $0.denied += 1 }
            return ("400", String(reason.prefix(255)), "")
        case .deferred(let reason):
            counters.withLock { $0.denied += 1 }
            return ("300", String(reason.prefix(255)), "")
        }
    }

    private func countMalformed() {
        counters.withLock { $0.malformed += 1 }
    }
}
