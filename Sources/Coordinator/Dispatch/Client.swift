import Shared
import ZeroMQ

/// Where an answer goes.
enum Peer: Hashable, Sendable {
    /// A connection to the control socket.
    case connection(Frame)
    /// A request from within the program, by its number.
    case local(UInt64)
}

/// A farmctl, or somebody at the page, that asked something.
struct Client {
    var peer: Peer
    /// Of its key.
    var name: String
    var role: KeyRole
}

/// Something a client asked for that it does not get; becomes an `ErrorAnswer`.
struct Refusal: Error {
    var code: WireErrorAnswer.Code
    var message: String
    var remedy: String

    init(_ code: WireErrorAnswer.Code, _ message: String, _ remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension WireErrorAnswer {
    static func make(_ code: Code, _ message: String, _ remedy: String) -> WireErrorAnswer {
        var answer = WireErrorAnswer()
        answer.code = code
        answer.message = message
        answer.remedy = remedy
        return answer
    }
}
