import Glibc

/// A socket to be used from any task: sending and receiving wait without blocking a thread.
///
///     let loop = try EventLoop.start()
///     let context = try Context()
///     let socket = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
///     try await socket.connect(to: "tcp://127.0.0.1:5555")
///     try await socket.send(Message("hello"))
///     let answer = try await socket.receive()
///     await socket.close()
///     await loop.shutdown()
///
/// Nothing is buffered here: messages stay in libzmq's queue, which its high-water mark bounds, until somebody asks for them.
/// Tasks that wait are served in the order they came.
public actor AsyncSocket {
    /// The loop that the socket lives on; a task that uses the socket a lot should prefer it as its executor.
    public nonisolated let loop: EventLoop
    private var socket: Socket?
    private var failure: ZeroMQError?
    private var receivers = WaitingList<Int, [Message]>()
    private var senders = WaitingList<Message, Void>()
    private var retry: LoopTimer?
    private var retryDelay = firstRetry

    private static let closed = ZeroMQError(code: ENOTSOCK, operation: "use a socket that was closed")
    private static let firstRetry = Duration.milliseconds(1)
    private static let lastRetry = Duration.milliseconds(64)

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Takes over a socket, which may be bound or connected already.
    public init(_ socket: consuming Socket, on loop: EventLoop) {
        self.loop = loop
        self.socket = consume socket
        loop.execute { [weak self] in self?.assumeIsolated { $0.attach() } }
    }

    /// Listens at an endpoint; returns it with the port that the system chose for a wildcard.
    @discardableResult
    public func bind(to endpoint: String) throws(ZeroMQError) -> String {
        try socket?.bind(to: endpoint)
        guard let bound = try socket?.lastEndpoint() else { throw failure ?? Self.closed }
        return bound
    }

    /// Connects to an endpoint, in the background, and again whenever the connection is lost.
    public func connect(to endpoint: String) throws(ZeroMQError) {
        guard try socket?.connect(to: endpoint) != nil else { throw failure ?? Self.closed }
    }

    /// Receives messages that begin with a prefix; only for SUB.
    public func subscribe(to prefix: [UInt8] = []) throws(ZeroMQError) {
        guard try socket?.subscribe(to: prefix) != nil else { throw failure ?? Self.closed }
    }

    /// Counts, from now on, what happens to the socket's connections; see ``Socket/monitorConnections(onEvent:)``.
    public func monitorConnections(
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) throws(ZeroMQError) -> ConnectionCounters {
        guard let counters = try socket?.monitorConnections(onEvent: onEvent) else { throw failure ?? Self.closed }
        return counters
    }

    /// Closes the socket; those who wait get an error whose ``ZeroMQError/isClosed`` is true.
    public func close() {
        end(with: Self.closed)
    }

    // MARK: Sending

    /// Sends a message, waiting as long as the queue is full or no peer is connected.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before the message is handed over; ``ZeroMQError`` when the
    ///   socket is closed or, with ``ZeroMQError/isUnreachable``, when a ROUTER has no such peer.
    public func send(_ message: Message) async throws {
        try Task.checkCancellation()
        if senders.isEmpty, try trySend(message) { return }
        let id = senders.makeID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                if let failure { return continuation.resume(throwing: failure) }
                senders.append(id: id, message, continuation)
                wantToSend()
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.senders.cancel(id) } }
        }
    }

    /// Whether the message is gone; false when it has to wait.
    private func trySend(_ message: Message) throws(ZeroMQError) -> Bool {
        switch try socket?.trySend(message) {
        case nil: throw failure ?? Self.closed
        case .sent: return true
        case .wouldBlock: return false
        case .unreachable: throw ZeroMQError(code: EHOSTUNREACH, operation: "send to a peer that is not connected")
        }
    }

    private func wantToSend() {
        if socket?.kind == .router {
            // A ROUTER is writable when any peer is, which need not be the one that is waited for.
            guard retry == nil else { return }
            retry = loop.schedule(after: retryDelay, owner: self) { $0.retrySending() }
            retryDelay = min(retryDelay * 2, Self.lastRetry)
        } else {
            socket?.interest.insert(.writable)
        }
    }

    private func retrySending() {
        retry = nil
        sendWaiting()
    }

    private func sendWaiting() {
        while let message = senders.first {
            do {
                guard try trySend(message) else { return wantToSend() }
                retryDelay = Self.firstRetry
                senders.popFirst()?.resume()
            } catch {
                senders.popFirst()?.resume(throwing: error)
            }
        }
        socket?.interest.remove(.writable)
    }

    // MARK: Receiving

    /// Waits for the next message.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, in which case no message is lost; ``ZeroMQError`` when the
    ///   socket is closed.
    public func receive() async throws -> Message {
        let batch = try await receiveBatch(limit: 1)
        guard let message = batch.first else { throw CancellationError() }
        return message
    }

    /// Waits until there is a message and takes up to `limit` of those that are there, which costs far less for each than
    /// taking them one by one.
    ///
    /// - Throws: as ``receive()``.
    public func receiveBatch(limit: Int = 64) async throws -> [Message] {
        precondition(limit > 0, "the limit of a batch must be at least 1")
        try Task.checkCancellation()
        if receivers.isEmpty {
            let messages = try tryReceive(limit: limit)
            if !messages.isEmpty { return messages }
        }
        let id = receivers.makeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                if let failure { return continuation.resume(throwing: failure) }
                receivers.append(id: id, limit, continuation)
                socket?.interest.insert(.readable)
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.receivers.cancel(id) } }
        }
    }

    /// The messages from now on, one after the other; see ``AsyncMessages``.
    public nonisolated var messages: AsyncMessages { AsyncMessages(socket: self, limit: 64) }

    private func tryReceive(limit: Int) throws(ZeroMQError) -> [Message] {
        guard let messages = try socket?.tryReceive(limit: limit) else { throw failure ?? Self.closed }
        return messages
    }

    private func receiveForWaiting() throws(ZeroMQError) {
        while let limit = receivers.first {
            let messages = try tryReceive(limit: limit)
            if messages.isEmpty { return }
            receivers.popFirst()?.resume(returning: messages)
        }
        socket?.interest.remove(.readable)
    }

    // MARK: The loop's side

    private func attach() {
        do {
            try socket?.register(on: loop, owner: self, interest: []) { $0.handle($1) }
            if !receivers.isEmpty { socket?.interest.insert(.readable) }
            if !senders.isEmpty { wantToSend() }
        } catch {
            end(with: error)
        }
    }

    private func handle(_ events: SocketEvents) {
        do throws(ZeroMQError) {
            if events.contains(.stopped) {
                // This fails when it was the context that was shut down, and says so.
                _ = try socket?.readiness()
                throw ZeroMQError(code: ECANCELED, operation: "use a socket whose event loop was shut down")
            }
            if events.contains(.readable) { try receiveForWaiting() }
            if events.contains(.writable) { sendWaiting() }
        } catch {
            end(with: error)
        }
    }

    private func end(with error: ZeroMQError) {
        guard failure == nil else { return }
        failure = error
        retry?.cancel()
        socket = nil
        receivers.removeAll(throwing: error)
        senders.removeAll(throwing: error)
    }
}
