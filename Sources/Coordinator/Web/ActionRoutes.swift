import FoundationEssentials
import Hummingbird
import NIOCore
import Shared
import SwiftProtobuf

/// What an operator can do from the page.
///
/// Who asks is known by a token in a header that no other site can have a browser send: there are no cookies, so nothing
/// is to be forged (CSRF). Without a token in the configuration nobody can do anything.
struct ActionRoutes: Sendable {
    let inquiry: Inquiry
    let token: OperatorToken?

    private static let largestBody = 64 << 10

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/operator") { request, _ in
            try await Response.answering {
                try demandToken(request)
                return Response(status: .noContent)
            }
        }
        router.post("/api/v1/runs/:run/cancel") { request, context in
            try await act(request) { _ in
                var cancel = WireCancelRequest()
                cancel.run = try context.run()
                return .cancel(cancel)
            }
        }
        router.post("/api/v1/runs/:run/retry") { request, context in
            try await act(request) { body in
                var retry = WireRetryRequest()
                retry.run = try context.run()
                retry.packages = try Self.packages(body)
                return .retry(retry)
            }
        }
        router.post("/api/v1/workers/:worker/drain") { request, context in
            try await act(request) { _ in .drain(.with { $0.worker = context.worker() }) }
        }
        router.post("/api/v1/workers/:worker/resume") { request, context in
            try await act(request) { _ in
                .drain(
                    .with {
                        $0.worker = context.worker()
                        $0.resume = true
                    })
            }
        }
    }

    private func act(
        _ request: Request, _ question: (ByteBuffer) throws -> Inquiry.Question
    ) async throws -> Response {
        try await Response.answering {
            try demandToken(request)
            var request = request
            let body: ByteBuffer
            do { body = try await request.collectBody(upTo: Self.largestBody) } catch {
                throw WebRefusal(.contentTooLarge, "the request's body is too large", "name fewer packages")
            }
            switch try await inquiry.ask(try question(body), as: .operator) {
            case .submit(let answer): return try .document(["run": answer.run])
            case .cancel(let answer): return try .document(["run": answer.run, "cancelled": Int64(answer.cancelled)])
            case .drain(let answer): return try .document(["running": answer.running])
            default: throw WebRefusal.unexpected
            }
        }
    }

    private func demandToken(_ request: Request) throws {
        guard let token else {
            throw WebRefusal(
                .forbidden, "nothing can be done from the page",
                "name a file with a token as `operator-token` in coordinator.yaml, or use farmctl")
        }
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", token.matches(String(words[1])) else {
            throw WebRefusal(.unauthorized, "this is not the operators' token", "ask whoever runs the coordinator")
        }
    }

    private struct Retry: Decodable {
        let packages: [String]?
    }

    private static func packages(_ body: ByteBuffer) throws -> [String] {
        guard body.readableBytes > 0 else { return [] }
        do {
            return try JSONDecoder().decode(Retry.self, from: Data(body.readableBytesView)).packages ?? []
        } catch {
            throw WebRefusal(.badRequest, "the request's body is no JSON of this form", #"send {"packages": ["a/b"]}"#)
        }
    }
}
