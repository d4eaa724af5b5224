import FoundationEssentials
import Hummingbird
import WebFiles

/// Answers for addresses of the API that are not there, or not for this method: the router's own answers have no document.
struct APIAddresses<Context: RequestContext>: RouterMiddleware {
    private let addresses: [Address]

    /// Of the API's description: its words, of which any text may stand for those in braces.
    private struct Address {
        let words: [Substring]
        let methods: [String]
    }

    private struct Description: Decodable {
        /// By address, by method in lower case.
        let paths: [String: [String: Operation]]

        struct Operation: Decodable {}
    }

    init() {
        let text = Data(WebFiles.all["openapi.json"] ?? [])
        let paths = (try? JSONDecoder().decode(Description.self, from: text))?.paths ?? [:]
        addresses = paths.map { path, operations in
            Address(words: path.split(separator: "/"), methods: operations.keys.map { $0.uppercased() }.sorted())
        }
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound && Self.isOfAPI(request.uri.path) {
            return try await refusal(of: request)
        }
    }

    private static func isOfAPI(_ path: String) -> Bool { path == "/api" || path.hasPrefix("/api/") }

    private func refusal(of request: Request) async throws -> Response {
        let words = request.uri.path.split(separator: "/")
        let there = addresses.first { address in
            address.words.count == words.count
                && zip(address.words, words).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $0.hasSuffix("}")) }
        }
        guard let there else {
            return try await Response.answering {
                throw WebRefusal(.notFound, "the API has nothing there", "/api/v1/openapi.json tells what it has")
            }
        }
        let allowed = there.methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }.joined(separator: ", ")
        var response = try await Response.answering {
            throw WebRefusal(.methodNotAllowed, "\(request.method) is not for this address", "use \(allowed)")
        }
        response.headers[.allow] = allowed
        return response
    }
}
