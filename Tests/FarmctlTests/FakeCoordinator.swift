import Shared
import SwiftProtobuf
import Synchronization
import ZeroMQ

@testable import Farmctl

/// Answers farmctl's requests from a closure: a ROUTER with CURVE on a port of its own, which knows one key.
final class FakeCoordinator: Sendable {
    typealias Answer = WireCoordinatorMessage.OneOf_Body
    /// What to answer; nil for silence.
    typealias Script = @Sendable (WireClientMessage.OneOf_Body) -> Answer?

    /// How farmctl reaches it with the key that it knows.
    let configuration: FarmctlConfiguration
    /// The same with a key that it does not know.
    let stranger: FarmctlConfiguration
    private let requestsSeen = Mutex<[WireClientMessage.OneOf_Body]>([])

    var requests: [WireClientMessage.OneOf_Body] { requestsSeen.withLock { $0 } }

    private init(endpoint: String, server: CurveKeyPair, client: CurveKeyPair) throws {
        configuration = FarmctlConfiguration(
            control: endpoint, coordinatorKey: server.publicKey, name: "me", keys: client)
        stranger = FarmctlConfiguration(
            control: endpoint, coordinatorKey: server.publicKey, name: "stranger", keys: try CurveKeyPair.generate())
    }

    static func with<Result: Sendable>(
        _ script: @escaping Script, _ body: @Sendable (FakeCoordinator) async throws -> Result
    ) async throws -> Result {
        let server = try CurveKeyPair.generate()
        let client = try CurveKeyPair.generate()
        let context = try Context()
        let loop = try EventLoop.start(name: "fake")
        let handler = try await ZAPHandler.start(in: context, on: loop) { request in
            request.publicKey == client.publicKey ? .accept(userID: "me") : .deny(reason: "unknown key")
        }
        var options = SocketOptions()
        options.curve = .server(server.secretKey)
        let router = AsyncSocket(try Socket(context, kind: .router, options: options), on: loop)
        let coordinator = try FakeCoordinator(
            endpoint: try await router.bind(to: "tcp://127.0.0.1:*"), server: server, client: client)
        let serving = Task { try await coordinator.serve(router, script) }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(coordinator)) } catch { result = .failure(error) }
        serving.cancel()
        _ = await serving.result
        await router.close()
        await handler.close()
        await loop.shutdown()
        return try result.get()
    }

    private func serve(_ router: AsyncSocket, _ script: Script) async throws {
        while true {
            let received = try await router.receive()
            let message = try WireClientMessage(serializedBytes: received[1].bytes)
            guard let body = message.body else { continue }
            requestsSeen.withLock { $0.append(body) }
            guard let answer = script(body) else { continue }
            // What farmctl must pass over: noise, and the answer to a question of long ago.
            try await router.send([received[0], Frame([0xFF, 0xFF])])
            try await send(.error(.notFor(earlier: true)), request: message.request &- 1, to: received[0], router)
            try await send(answer, request: message.request, to: received[0], router)
        }
    }

    private func send(_ body: Answer, request: UInt64, to peer: Frame, _ router: AsyncSocket) async throws {
        var message = WireCoordinatorMessage()
        message.request = request
        message.body = body
        let bytes: [UInt8] = try message.serializedBytes()
        try await router.send([peer, Frame(bytes)])
    }

    /// Connects with the known key.
    func connected<Result>(
        timeout: Duration = .seconds(10), _ body: (inout CoordinatorConnection) async throws -> Result
    ) async throws -> Result {
        try await CoordinatorConnection.with(configuration, timeout: timeout, body)
    }
}

extension WireErrorAnswer {
    fileprivate static func notFor(earlier: Bool) -> WireErrorAnswer {
        .with { $0.message = "this belongs to an earlier request" }
    }
}
