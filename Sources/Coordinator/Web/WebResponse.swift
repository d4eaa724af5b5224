import Documents
import Hummingbird

extension Response {
    /// A document of docs/farmctl.md.
    static func document(_ document: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        .text(try document.documentText() + "\n", type: "application/json", status)
    }

    static func text(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Written piece by piece, of a length that is not known before.
    static func stream(
        type: String, _ body: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody { writer in
                try await body(&writer)
                try await writer.finish(nil)
            })
    }

    private struct Refused: Encodable {
        let error: String
        let remedy: String
    }

    /// What is asked for, or why not.
    static func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let refusal as WebRefusal {
            var response = try document(Refused(error: refusal.message, remedy: refusal.remedy), refusal.status)
            // RFC 9110, 11.6.1.
            if refusal.status == .unauthorized { response.headers[.wwwAuthenticate] = #"Bearer realm="binfarm""# }
            return response
        } catch let error where !(error is CancellationError) {
            let refused = Refused(error: "the coordinator cannot answer: \(error)", remedy: "look at its log")
            return try document(refused, .internalServerError)
        }
    }
}

extension HTTPFields {
    /// A field that has no name of its own in HTTPTypes; nil is one that is not there.
    subscript(named name: String) -> String? {
        get { HTTPFields.Element.Name(name).flatMap { self[$0] } }
        set { if let name = HTTPFields.Element.Name(name) { self[name] = newValue } }
    }
}

extension Request {
    /// A field of the query; nil when it is not there or empty.
    func field(_ name: String) -> String? {
        uri.queryParameters[name[...]].flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// - Throws: `WebRefusal` for what is no such number.
    func number(_ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = field(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw WebRefusal(
                .badRequest, "\(name) is no number from \(range.lowerBound) to \(range.upperBound)", "leave it out")
        }
        return number
    }

    /// - Throws: `WebRefusal` when it is not there.
    func package() throws -> String {
        guard let package = field("package"), package.utf8.count <= 300 else {
            throw WebRefusal(.badRequest, "the request names no package", "add ?package=dev-libs/expat")
        }
        return package
    }
}

extension RequestContext {
    /// The run of the path; `newest` is the newest.
    /// - Throws: `WebRefusal`.
    func run() throws -> Int64 {
        let text = parameters.get("run") ?? ""
        if text == "newest" { return 0 }
        guard let number = Int64(text), number > 0 else {
            throw WebRefusal(.notFound, "there is no such run", "runs have numbers; the newest one is `newest`, too")
        }
        return number
    }

    func worker() -> String { parameters.get("worker") ?? "" }
}
