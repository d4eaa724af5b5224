internal import Glibc
internal import SwiftProtobuf
package import ZeroMQ

/// Calls a port of the coordinator as a worker or farmctl would, says no Hello, and hangs up.
package struct CoordinatorProbe: Sendable {
    private let keys: CurveKeyPair
    private let server: CurvePublicKey
    private let patience: Duration

    /// - Parameters:
    ///   - server: the coordinator's key.
    ///   - patience: for a handshake, and then for an answer.
    package init(keys: CurveKeyPair, server: CurvePublicKey, patience: Duration = .seconds(3)) {
        self.keys = keys
        self.server = server
        self.patience = patience
    }

    /// How a handshake went.
    private enum Handshake: Sendable {
        case succeeded(PortFacts.Standing)
        case refused(UInt32)
        /// No connection, or one that ended or stayed silent.
        case none
    }

    /// - Parameter asks: on the control port the coordinator tells what it takes this key for.
    package func call(_ endpoint: String, asks: Bool) async -> PortFacts {
        guard let address = Endpoint(endpoint) else { return .badEndpoint("write tcp://HOST:PORT") }
        switch await handshake(endpoint, asks: asks) {
        case .succeeded(let standing): return .established(standing)
        case .refused(let status): return .refused(status: status)
        case .none: return await greeting(address)
        }
    }

    /// Why there was no handshake.
    private func greeting(_ address: Endpoint) async -> PortFacts {
        let seconds = max(1, Int(patience.components.seconds))
        let answer = try? await TimeLimit.run(patience * 5) {
            try await Blocking.run {
                let hello = FirstMessage.make(keys, server: server, seconds: seconds)
                return Greeting.ask(address, hello: hello ?? [], seconds: seconds)
            }
        }
        switch answer {
        case .welcome?: return .silent
        case .curve?: return .anotherKey
        case .otherMechanism?: return .notCurve
        case .somethingElse?: return .notZeroMQ
        case .nothing?: return .mute
        case .unreachable(let reason)?: return .unreachable(reason)
        case .unknownHost(let reason)?: return .unknownHost(reason)
        case nil: return .unreachable("no answer within \(patience * 5)")
        }
    }

    private func handshake(_ endpoint: String, asks: Bool) async -> Handshake {
        guard let loop = try? EventLoop.start(name: "doctor") else { return .none }
        let result = (try? await handshake(endpoint, asks: asks, on: loop)) ?? .none
        await loop.shutdown()
        return result
    }

    private func handshake(_ endpoint: String, asks: Bool, on loop: EventLoop) async throws -> Handshake {
        let context = try Context()
        var options = SocketSettings.controlClient(keys, server: server)
        options.linger = .zero
        let socket = AsyncSocket(try Socket(context, kind: .dealer, options: options), on: loop)
        let (events, continuation) = AsyncStream<ConnectionEvent.Kind>.makeStream(bufferingPolicy: .bufferingOldest(64))
        _ = try await socket.monitorConnections { continuation.yield($0.kind) }
        try await socket.connect(to: endpoint)
        let timer = loop.schedule(after: patience) { continuation.finish() }
        defer { timer.cancel() }
        var result = Handshake.none
        for await event in events {
            guard let known = Self.outcome(of: event) else { continue }
            result = known
            break
        }
        if case .succeeded = result, asks {
            result = .succeeded((try? await TimeLimit.run(patience) { try await Self.ask(socket) }) ?? .unknown)
        }
        await socket.close()
        return result
    }

    private static func outcome(of event: ConnectionEvent.Kind) -> Handshake? {
        switch event {
        case .handshakeSucceeded: .succeeded(.unknown)
        case .authenticationFailed(let status): .refused(status)
        case .protocolFailed, .handshakeFailed, .disconnected: Handshake.none
        case .connected, .accepted, .acceptFailed: nil
        }
    }

    /// A question that only clients may ask. It makes no worker of this connection, and takes none from the worker that may
    /// run with the same key.
    private static func ask(_ socket: AsyncSocket) async throws -> PortFacts.Standing {
        var question = WireClientMessage()
        question.request = 1
        question.status = WireStatusRequest()
        try await socket.send(ZeroMQ.Message(try question.serializedBytes() as [UInt8]))
        let answer = try await socket.receive()
        guard let frame = answer.frames.first,
            let wire = try? WireCoordinatorMessage(serializedBytes: frame.bytes), wire.request == 1
        else { return .unknown }
        switch wire.body {
        case .status: return .client
        case .error(let error) where error.code == .notAllowed: return .worker
        default: return .unknown
        }
    }
}
