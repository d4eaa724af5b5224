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
