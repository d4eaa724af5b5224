import Shared
import ZeroMQ

/// A farmctl that asked something.
struct Client {
    var peer: Frame
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
