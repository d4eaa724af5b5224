import Hummingbird
import NIOPosix
import Shared
import SystemPackage

/// Serves the binhosts' directories: `/FARM/Packages`, `/FARM/CATEGORY/NAME/PACKAGE`, and a release's as
/// `/FARM@RELEASE/Packages` and so on.
///
/// Hummingbird's own FileMiddleware is not used: it opens the file by name once more after it has written the length of
/// the one it looked at, which is wrong for an index that is replaced meanwhile, follows symbolic links, and takes the
/// suffix range `bytes=-N` for the first N bytes.
struct BinhostRoutes: Sendable {
    /// By the farm's name; asked at each request.
    let farms: @Sendable () async -> [String: ServedFarm]

    /// Bytes that are read and sent at once.
    private static let pieceSize: Int64 = 256 * 1024

    func add<Context: RequestContext>(to router: Router<Context>) {
        router.get("/:farm/**") { request, _ in await respond(to: request) }
        router.head("/:farm/**") { request, _ in await respond(to: request) }
    }

    func respond(to request: Request) async -> Response {
        guard let components = Self.components(of: request.uri.path), components.count > 1,
            let site = ServedSite(components[0]), let farm = await farms()[site.farm]
        else { return Self.refusal(.notFound, "not found") }
        if components.count == 2, components[1] == ClientConfiguration.fileName {
            return await configuration(of: farm, site, request)
        }
        guard
            let file = try? await NIOThreadPool.singleton.runIfActive({
                farm.file(Array(components.dropFirst()), of: site)
            })
        else { return Self.refusal(.notFound, "not found") }
        return Self.response(file, name: components[components.count - 1], request: request)
    }

    /// What a client needs to use the site, with the address by which it asked.
    private func configuration(of farm: ServedFarm, _ site: ServedSite, _ request: Request) async -> Response {
        guard let host = ClientConfiguration.host(request.head.authority) else {
            return Self.refusal(.badRequest, "the request's Host is no host name or address, perhaps with a port")
        }
        let isThere = try? await NIOThreadPool.singleton.runIfActive {
            farm.file([Binhost.indexName], of: site) != nil
        }
        guard isThere == true else { return Self.refusal(.notFound, "not found") }
        let text = ClientConfiguration(host: host, site: site, isSigned: farm.isSigned).text
        let headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .contentLength: String(text.utf8.count)]
        guard request.method == .get else { return Response(status: .ok, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private static func refusal(_ status: HTTPResponse.Status, _ words: String) -> Response {
        Response(status: status, body: .init(byteBuffer: ByteBuffer(string: words + "\n")))
    }

    private static func response(_ file: ServedFile, name: String, request: Request) -> Response {
        var headers: HTTPFields = [
            .lastModified: HTTPDate.format(file.modificationTime),
            .eTag: file.etag,
            .acceptRanges: "bytes",
            // A published package never changes; the index is to be asked for again.
            .cacheControl: BinpkgFormat(ofPath: name) != nil ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if isUnchanged(file, request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = contentType(of: name)

        var range = 0..<file.size
        var status = HTTPResponse.Status.ok
        let isGet = request.method == .get
        // RFC 9110, 14.2: Range is defined for GET only. Without If-Range, or when that still holds.
        let mayBePart = request.headers[.ifRange].map { condition in
            condition == file.etag || HTTPDate.parse(condition) == file.modificationTime
        }
        if isGet, mayBePart != false {
            switch ByteRange(request.headers[.range], size: file.size) {
            case .whole: break
            case .part(let part):
                range = part
                status = .partialContent
                headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
            case .unsatisfiable:
                headers[.contentRange] = "bytes */\(file.size)"
                return Response(status: .rangeNotSatisfiable, headers: headers)
            }
        }
        headers[.contentLength] = String(range.count)
        guard isGet else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: body(of: file, range))
    }

    private static func body(of file: ServedFile, _ range: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let piece = try await file.read(at: offset, count: Int(min(pieceSize, range.upperBound - offset)))
                // Only when the file was cut under us: better to break off than to send a wrong length.
                guard piece.readableBytes > 0 else { throw HTTPError(.internalServerError) }
                offset += Int64(piece.readableBytes)
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
    }

    /// RFC 9110, 13.2.2: If-None-Match counts before If-Modified-Since.
    private static func isUnchanged(_ file: ServedFile, _ request: Request) -> Bool {
        let tags = request.headers[values: .ifNoneMatch]
        if !tags.isEmpty {
            return tags.joined(separator: ",").split(separator: ",").contains { tag in
                let tag = tag.drop { $0 == " " }.prefix { $0 != " " }
                return tag == "*" || tag == file.etag || tag == "W/" + file.etag
            }
        }
        guard let since = request.headers[.ifModifiedSince].flatMap(HTTPDate.parse) else { return false }
        return file.modificationTime <= since
    }

    private static func contentType(of name: String) -> String {
        if name.hasSuffix(".gz") { return "application/gzip" }
        if name.hasSuffix(".tar") { return "application/x-tar" }
        return name == Binhost.indexName ? "text/plain; charset=utf-8" : "application/octet-stream"
    }

    /// The path's names, percent signs decoded after it is split; nil when one cannot be a file's.
    static func components(of path: String) -> [String]? {
        var result: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let name = decoded(part), ServedFile.isServable(name) else { return nil }
            result.append(name)
        }
        return result
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
