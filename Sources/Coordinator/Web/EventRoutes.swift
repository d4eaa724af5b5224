import Core
import Documents
import Hummingbird
import NIOCore
import ServiceLifecycle
import Shared

/// What happens, as server-sent events (WHATWG HTML, 9.2): one document each, under its number.
struct EventRoutes: Sendable {
    let inquiry: Inquiry

    /// A sign of life comes at least so often.
    private static let beat = Duration.seconds(10)
    /// Milliseconds after which a browser tries again.
    private static let retry = 2000

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/events") { request, _ in
            try await Response.answering {
                let known = request.headers[named: "Last-Event-ID"] ?? request.field("after")
                let after = known.flatMap(UInt64.init) ?? 0
                return .stream(type: "text/event-stream") { writer in
                    try await follow(after, &writer)
                }
            }
        }
    }

    private func follow(_ after: UInt64, _ writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(string: "retry: \(Self.retry)\n\n" + Self.beatText()))
        var question = WireEventsRequest()
        question.after = after
        question.follow = true
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            switch try await inquiry.ask(.events(question), within: Self.beat) {
            case .events(let answer):
                question.after = answer.last
                var text = answer.missed ? "data: \(try EventDocument.missed.documentText())\n\n" : ""
                for event in answer.events {
                    text += "id: \(event.number)\ndata: \(try EventDocument(event).documentText())\n\n"
                }
                if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
            case nil: try await writer.write(ByteBuffer(string: Self.beatText()))
            default: throw WebRefusal.unexpected
            }
        }
    }

    /// An event of its own kind, as a page is not told of comments.
    private static func beatText() -> String {
        let now = Times.universal(SteadyClock().now().milliseconds) ?? ""
        return "event: beat\ndata: {\"now\":\"\(now)\"}\n\n"
    }
}
