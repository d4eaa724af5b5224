internal import Logging
internal import Shared
internal import SwiftProtobuf
internal import ZeroMQ

/// The control connection. It tells when there is a new one, gives out what comes, and keeps what could not be sent yet.
///
/// What waits to be sent belongs to one connection: when that is lost it is dropped, because the `Hello` on the next one
/// begins anew and everything else is said again after the `Welcome`.
actor ControlLink {
    enum Event: Sendable {
        /// A connection stands; the peer has proved to be the coordinator. Say `Hello`.
        case connected
        case disconnected
        case message(WireCoordinatorMessage)
        /// More came than could be taken in; some is lost. Say `Hello` again.
        case overrun
    }

    /// What waits to be sent, at most one message of a kind: a newer one replaces it. That is its bound.
    enum Kind: Hashable, Sendable {
        case hello, renew, goodbye
        case finished(AttemptID)
        /// By number: each is another. `ShellWindow` is their bound.
        case shell(UInt64)

        /// There is no other of it.
        fileprivate var isUnique: Bool { if case .shell = self { true } else { false } }
    }

    nonisolated let loop: EventLoop
    nonisolated let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private var socket: Socket?
    private let logger: Logger
    private var outbox: [(kind: Kind, message: ZeroMQ.Message)] = []
    private var isConnected = false

    /// Messages that may wait to be handled.
    private static let eventLimit = 1024

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ socket: consuming Socket, on loop: EventLoop, logger: Logger) {
        self.socket = consume socket
        self.loop = loop
        self.logger = logger
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.eventLimit))
    }

    func connect(to endpoint: String) throws {
        try socket?.register(on: loop, owner: self) { $0.handle($1) }
        // libzmq reconnects by itself; only its monitor tells.
        _ = try socket?.monitorConnections { [weak self] event in self?.assumeIsolated { $0.handle(event) } }
        try socket?.connect(to: endpoint)
    }

    /// Sends a message as soon as possible on this connection.
    func post(_ body: WireClientMessage.OneOf_Body, as kind: Kind) {
        guard isConnected else { return }
        var wire = WireClientMessage()
        wire.body = body
        guard let bytes = try? wire.serializedBytes() as [UInt8] else { return }
        if !kind.isUnique, let index = outbox.firstIndex(where: { $0.kind == kind }) {
            outbox[index].message = ZeroMQ.Message(bytes)
        } else {
            outbox.append((kind, ZeroMQ.Message(bytes)))
        }
        flush()
    }

    /// Waits a moment for what is to be sent, then closes.
    func close() async {
        for _ in 0..<20 where isConnected && !outbox.isEmpty {
            flush()
            try? await Task.sleep(for: .milliseconds(50))
        }
        socket = nil
        continuation.finish()
    }

    private func flush() {
        do {
            while let next = outbox.first {
                guard try socket?.trySend(next.message) == .sent else {
                    socket?.interest.insert(.writable)
                    return
                }
                outbox.removeFirst()
            }
            socket?.interest.remove(.writable)
        } catch {
            logger.warning("sending failed", metadata: ["error": "\(error)"])
        }
    }

    private func handle(_ events: SocketEvents) {
        if events.contains(.stopped) {
            socket = nil
            continuation.finish()
            return
        }
        if events.contains(.writable) { flush() }
        if events.contains(.readable) { receive() }
    }

    private func receive() {
        do {
            for message in try socket?.tryReceive(limit: 64) ?? [] {
                guard let frame = message.frames.first, message.count == 1,
                    let wire = try? WireCoordinatorMessage(serializedBytes: frame.bytes)
                else {
                    logger.warning("malformed message on the control connection")
                    continue
                }
                if case .several(let several) = wire.body {
                    for message in several.messages { tell(.message(message)) }
                } else {
                    tell(.message(wire))
                }
            }
        } catch {
            logger.warning("receiving failed", metadata: ["error": "\(error)"])
        }
    }

    private func tell(_ event: Event) {
        if case .dropped = continuation.yield(event) {
            logger.error("too many messages from the coordinator at once")
            loop.schedule(after: .seconds(1), owner: self) { _ = $0.continuation.yield(.overrun) }
        }
    }

    private func handle(_ event: ConnectionEvent) {
        switch event.kind {
        case .handshakeSucceeded:
            isConnected = true
            tell(.connected)
        case .disconnected:
            guard isConnected else { return }
            isConnected = false
            outbox = []
            socket?.interest.remove(.writable)
            tell(.disconnected)
        case .authenticationFailed, .protocolFailed:
            logger.error(
                "the coordinator did not let this worker in: does it know this worker's public key, with the role worker?",
                metadata: ["event": "\(event.kind)"])
        case .connected, .accepted, .acceptFailed, .handshakeFailed: break
        }
    }
}
