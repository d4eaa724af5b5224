package import ZeroMQ

/// How binfarm's sockets are set, and why. One place, because both ends must agree.
package enum SocketSettings {
    /// Largest frame on the control socket, bytes. An oversized send looks successful at the sender and drops the peer, so
    /// senders keep well below: see `Page.limit` and `logPiece`.
    package static let largestControlFrame = 1 << 20
    /// Largest frame on the bulk socket, bytes: a chunk with room for a header.
    package static let largestBulkFrame = 512 << 10
    /// Bytes of a file in one chunk. Large enough that per-message cost vanishes, small enough that a lease renewal
    /// elsewhere on the host is not held up and that memory is credit times this.
    package static let chunk = 256 << 10
    /// Chunks that one transfer may have under way: 4 MiB, more than bandwidth times delay of a cluster's network.
    package static let credit: UInt32 = 16

    /// The coordinator's ROUTER for control.
    package static func controlServer(_ secret: CurveSecretKey) -> SocketOptions {
        var options = server(secret)
        options.maxMessageSize = largestControlFrame
        // Assignments and answers are small; a peer that does not take a thousand of them is as good as gone.
        options.sendHighWaterMark = 1000
        options.receiveHighWaterMark = 1000
        return options
    }

    /// The coordinator's ROUTER for bulk data.
    package static func bulkServer(_ secret: CurveSecretKey) -> SocketOptions {
        var options = server(secret)
        options.maxMessageSize = largestBulkFrame
        // Credit bounds what is under way; these only have to be larger than the credit of all transfers of one worker.
        options.sendHighWaterMark = 512
        options.receiveHighWaterMark = 512
        return options
    }

    /// A worker's or farmctl's DEALER for control.
    package static func controlClient(_ keys: CurveKeyPair, server: CurvePublicKey) -> SocketOptions {
        var options = client(keys, server: server)
        options.maxMessageSize = largestControlFrame
        return options
    }

    /// A worker's DEALER for bulk data.
    package static func bulkClient(_ keys: CurveKeyPair, server: CurvePublicKey) -> SocketOptions {
        var options = client(keys, server: server)
        options.maxMessageSize = largestBulkFrame
        return options
    }

    private static func server(_ secret: CurveSecretKey) -> SocketOptions {
        var options = common()
        options.curve = .server(secret)
        options.zapDomain = "binfarm"
        // Without it, a message to a peer that went away is dropped in silence.
        options.routerMandatory = true
        // A worker that reconnects after a power cut has a new routing id, made by libzmq, and says Hello; who it is comes
        // from its key. Handover would only let one client claim the routing id of another.
        options.routerHandover = false
        options.backlog = 1024
        return options
    }

    private static func client(_ keys: CurveKeyPair, server: CurvePublicKey) -> SocketOptions {
        var options = common()
        options.curve = .client(keys, server: server)
        // Nothing is queued for a connection that is not there: what must survive stays in an outbox of the program's own.
        options.immediate = true
        options.reconnectInterval = .milliseconds(200)
        // Well below any lease: after a restart of the coordinator the worker is back in time to keep its builds.
        options.reconnectIntervalMax = .seconds(3)
        options.connectTimeout = .seconds(5)
        return options
    }

    private static func common() -> SocketOptions {
        var options = SocketOptions()
        // A dead peer or network shows within 15 s; the peer is asked to notice the same of us within 20 s.
        options.heartbeatInterval = .seconds(5)
        options.heartbeatTimeout = .seconds(15)
        options.heartbeatTTL = .seconds(20)
        // For hosts that vanish without a word while nothing is to be said.
        options.tcpKeepalive = true
        // A connection that does not prove its key holds a descriptor no longer than this.
        options.handshakeInterval = .seconds(5)
        // A last word gets out, and shutdown is not held up by a peer that is gone.
        options.linger = .seconds(1)
        return options
    }
}
