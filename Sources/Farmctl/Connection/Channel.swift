import Shared
import ZeroMQ

/// What is said under one request's number, and what comes back under it.
struct Channel: Sendable {
    let socket: AsyncSocket
    let request: UInt64

    func send(_ body: CoordinatorConnection.Request) async throws {
        var message = WireClientMessage()
        message.request = request
        message.body = body
        try await socket.send([Frame(serializing: message)])
    }

    /// What is malformed, answers something else, or has a body that this version does not know, is passed over.
    func receive() async throws -> CoordinatorConnection.Answer {
        while true {
            let received = try await socket.receive()
            guard let frame = received.first, received.count == 1,
                let message = try? frame.parse(WireCoordinatorMessage.self),
                message.request == request, let body = message.body
            else { continue }
            return body
        }
    }
}
