import Core
import Hummingbird
import Shared

/// Asks the dispatcher what farmctl asks; there is no second way to anything.
struct Inquiry: Sendable {
    let dispatcher: Dispatcher

    typealias Question = WireClientMessage.OneOf_Body
    typealias Answer = WireCoordinatorMessage.OneOf_Body

    /// How those at the page are called in the coordinator's books.
    private static let viewerName = "page"
    private static let operatorName = "page operator"
    /// Longer than any answer should take that waits for nothing.
    private static let patience = Duration.seconds(20)

    /// - Throws: `WebRefusal`.
    func ask(_ question: Question, as role: KeyRole = .viewer) async throws -> Answer {
        guard let answer = try await ask(question, as: role, within: Self.patience) else {
            throw WebRefusal(.serviceUnavailable, "the coordinator has not answered in time", "try again")
        }
        return answer
    }

    /// - Throws: `WebRefusal`.
    func why(_ package: String, run: Int64) async throws -> WireWhyAnswer {
        var question = WireWhyRequest()
        question.package = package
        question.run = run
        guard case .why(let answer) = try await ask(.why(question)) else { throw WebRefusal.unexpected }
        return answer
    }

    /// - Returns: nil when the time is over.
    /// - Throws: `WebRefusal`.
    func ask(_ question: Question, as role: KeyRole = .viewer, within limit: Duration) async throws -> Answer? {
        let name = role == .operator ? Self.operatorName : Self.viewerName
        let answer = await dispatcher.ask(question, as: name, role, within: limit)
        if case .error(let error)? = answer { throw WebRefusal(error) }
        return answer
    }
}

/// What a client is told instead of an answer.
struct WebRefusal: Error {
    let status: HTTPResponse.Status
    /// What happened, to what.
    let message: String
    /// What to do.
    let remedy: String

    init(_ status: HTTPResponse.Status, _ message: String, _ remedy: String) {
        self.status = status
        self.message = message
        self.remedy = remedy
    }

    init(_ error: WireErrorAnswer) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .notAllowed: .forbidden
            case .notFound: .notFound
            case .invalid: .badRequest
            case .unavailable: .serviceUnavailable
            case .unspecified, .UNRECOGNIZED: .internalServerError
            }
        self.init(status, error.message, error.remedy)
    }

    static let unexpected = WebRefusal(
        .internalServerError, "the coordinator answered something else", "look at its log")
}
