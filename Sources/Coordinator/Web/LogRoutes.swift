import Documents
import FoundationEssentials
import Hummingbird
import NIOCore
import Shared
import SwiftProtobuf

/// Logs, piece by piece or whole, and what else is kept of a build.
struct LogRoutes: Sendable {
    let inquiry: Inquiry

    /// How long the answer to a question for more waits for it.
    private static let patience = Duration.seconds(30)

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/runs/:run/log") { request, context in
            try await Response.answering {
                var question = try self.question(request, context)
                question.offset = try request.number("offset", 0...Int64.max) ?? 0
                question.follow = request.field("follow") == "1"
                if let answer = try await inquiry.ask(.log(question), within: Self.patience) {
                    guard case .log(let log) = answer else { throw WebRefusal.unexpected }
                    return Self.response(log)
                }
                // Nothing has come within the time: which attempt it is, and that it goes on, is told all the same.
                question.follow = false
                return Self.response(try await piece(question))
            }
        }
        router.get("/api/v1/runs/:run/log/whole") { request, context in
            try await Response.answering {
                let question = try self.question(request, context)
                let first = try await piece(question)
                return .stream(type: "text/plain; charset=utf-8") { writer in
                    try await write(first, question, to: &writer)
                }
            }
        }
        router.get("/api/v1/runs/:run/report") { request, context in
            try await Response.answering { try .document(try await report(try self.question(request, context))) }
        }
    }

    private func question(_ request: Request, _ context: some RequestContext) throws -> WireLogRequest {
        var question = WireLogRequest()
        question.run = try context.run()
        question.package = try request.package()
        return question
    }

    private static func response(_ log: WireLogAnswer) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        headers[named: "Binfarm-Offset"] = "\(log.offset)"
        headers[named: "Binfarm-Complete"] = "\(log.complete)"
        headers[named: "Binfarm-Fence"] = "\(log.fence)"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: log.data)))
    }

    private func piece(_ question: WireLogRequest) async throws -> WireLogAnswer {
        guard case .log(let answer) = try await inquiry.ask(.log(question)) else { throw WebRefusal.unexpected }
        return answer
    }

    /// All that is there now.
    private func write(
        _ first: WireLogAnswer, _ question: WireLogRequest, to writer: inout any ResponseBodyWriter
    ) async throws {
        var question = question
        question.run = first.run
        var piece = first
        while piece.fence == first.fence, !piece.data.isEmpty {
            try await writer.write(ByteBuffer(bytes: piece.data))
            guard !piece.complete else { break }
            question.offset += Int64(piece.data.count)
            piece = try await self.piece(question)
        }
    }

    private func report(_ question: WireLogRequest) async throws -> ReportDocument {
        let why = try await inquiry.why(question.package, run: question.run)
        var part = question
        part.run = why.job.run
        part.evidence = EvidencePart.report.rawValue
        var bytes: [UInt8] = []
        var fence: UInt64?
        while true {
            let piece = try await piece(part)
            guard fence == nil || fence == piece.fence else {
                throw WebRefusal(.serviceUnavailable, "another attempt began meanwhile", "ask again")
            }
            fence = piece.fence
            bytes += piece.data
            guard !piece.complete, !piece.data.isEmpty else { break }
            part.offset += Int64(piece.data.count)
        }
        do {
            let report = try JSONDecoder().decode(AttemptReport.self, from: Data(bytes))
            return ReportDocument(JobDocument(why.job, now: why.nowMs), report)
        } catch {
            throw WebRefusal(
                .internalServerError, "the report of \(why.job.cpv) cannot be understood: \(error)",
                "the coordinator and the worker are of versions that do not fit: update the older one")
        }
    }
}
