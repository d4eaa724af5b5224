import Glibc

extension Socket {
    /// Has a loop watch the socket; called on that loop, by the actor that owns the socket.
    ///
    /// The handler is called on the loop when the socket is readable (or whatever ``interest`` says), again and again as long
    /// as it is. It should take a limited number of messages (``tryReceive(limit:)``) and return; the rest is there at the
    /// next turn, after the other sockets. The owner is held weakly. The socket stays registered until it is closed.
    ///
    /// - Throws: ``ZeroMQError`` when the loop has been shut down.
    public mutating func register<Owner: Actor>(
        on loop: EventLoop, owner: Owner, interest: SocketEvents = .readable,
        _ handler: @escaping @Sendable (isolated Owner, SocketEvents) -> Void
    ) throws(ZeroMQError) {
        owner.preconditionIsolated("a socket can only be registered by its owner, an actor on the event loop")
        try loop.register(core, interest: interest) { [weak owner] events in
            owner?.assumeIsolated { handler($0, events) }
        }
    }

    /// Counts, from now on, what happens to the socket's connections; only for a socket that is registered on a loop.
    ///
    /// This is how peers that fail the handshake are seen at all: strangers, port scanners, those with an unknown key.
    ///
    /// - Parameter onEvent: is called on the loop for every event.
    /// - Returns: the counters, the same at every call.
    /// - Throws: ``ZeroMQError`` when libzmq refuses; `EINVAL` when the socket is not registered.
    public mutating func monitorConnections(
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) throws(ZeroMQError) -> ConnectionCounters {
        if let monitor = core.monitor { return monitor.counters }
        guard let registration = core.registration, !registration.isDetached else {
            throw ZeroMQError(code: EINVAL, operation: "monitor a socket that is not registered on an event loop")
        }
        let monitor = try SocketMonitor(watching: core, on: registration.loop, onEvent: onEvent)
        core.monitor = monitor
        return monitor.counters
    }

    /// What the loop that the socket is registered on looks for; nothing for one that is not registered.
    ///
    /// Ask for ``SocketEvents/writable`` only while there is something to send that could not be sent, else the loop spins.
    public var interest: SocketEvents {
        get { core.registration?.interest ?? [] }
        set {
            guard let registration = core.registration, !registration.isDetached else { return }
            precondition(registration.loop.isCurrentThread, "a registered socket may only be used on its event loop")
            registration.interest = newValue
        }
    }
}
