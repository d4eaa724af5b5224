import Crypto
import FoundationEssentials
import Hummingbird
import NIOCore
import Shared
import WebFiles

/// The page's files, which are part of the program.
struct PageRoutes: Sendable {
    /// Only what comes from here runs, and nothing is sent elsewhere.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private struct File: Sendable {
        let bytes: ByteBuffer
        let type: String
        let etag: String
    }

    private let files: [String: File]

    init() {
        files = Dictionary(
            WebFiles.all.compactMap { name, bytes in
                guard let type = Self.type(of: name) else { return nil }
                let digest = SHA256.hash(data: Data(bytes)).prefix(16).hexadecimal
                return (name, File(bytes: ByteBuffer(bytes: bytes), type: type, etag: "\"\(digest)\""))
            }, uniquingKeysWith: { first, _ in first })
    }

    func add(to router: Router<some RequestContext>) {
        router.get("/") { request, _ in respond("index.html", request) }
        router.get("/page/:name") { request, context in
            respond(context.parameters.get("name") ?? "", request)
        }
        router.get("/favicon.ico") { request, _ in respond("icon.svg", request) }
    }

    private func respond(_ name: String, _ request: Request) -> Response {
        guard let file = files[name] else { return .text("not found\n", type: "text/plain", .notFound) }
        var headers: HTTPFields = [
            .contentType: file.type, .eTag: file.etag, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: Self.policy,
        ]
        headers[named: "Referrer-Policy"] = "no-referrer"
        if request.headers[.ifNoneMatch] == file.etag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
    }

    /// nil for what is no part of the page.
    private static func type(of name: String) -> String? {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
