import Core
import Documents
import Hummingbird
import NIOCore
import Shared

/// All jobs of a run in rows, for those who want them all at once: 28,509 jobs as documents would be four times the bytes.
struct TableRoutes: Sendable {
    let inquiry: Inquiry

    private static let columns = [
        "job", "cpv", "state", "worker", "started", "ended", "expected_s", "attempts", "reason", "waits_because",
        "failure", "error",
    ]
    /// Jobs asked for at once.
    private static let page: Int32 = 1000

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/runs/:run/table") { request, context in
            try await Response.answering {
                var question = WireJobsRequest()
                question.run = try context.run()
                question.offset = Int32(try request.number("offset", 0...Int64(Int32.max)) ?? 0)
                let limit = try request.number("limit", 1...Int64(Int32.max)) ?? Int64(Int32.max)
                question.limit = Int32(min(limit, Int64(Self.page)))
                // What is wrong with the request shows with the first page, when the status can still say so.
                guard case .jobs(let first) = try await inquiry.ask(.jobs(question)) else {
                    throw WebRefusal.unexpected
                }
                return .stream(type: "application/json") { [question] writer in
                    try await write(first, question, limit: limit, to: &writer)
                }
            }
        }
    }

    private func write(
        _ first: WireJobsAnswer, _ question: WireJobsRequest, limit: Int64, to writer: inout any ResponseBodyWriter
    ) async throws {
        var question = question
        // The newest run may change between two pages.
        question.run = first.run
        let head = try [
            #""run":\#(first.run)"#, #""now":\#((Times.universal(first.nowMs) ?? "").documentText())"#,
            #""total":\#(first.total)"#, #""last_event":\#(first.lastEvent)"#,
            #""columns":\#(Self.columns.documentText())"#,
        ].joined(separator: ",")
        try await writer.write(ByteBuffer(string: "{\(head),\"rows\":["))
        var page = first
        var count: Int64 = 0
        while true {
            // Without the brackets.
            let rows = try page.jobs.map(TableRow.init).documentText().dropFirst().dropLast()
            try await writer.write(ByteBuffer(string: (count > 0 && !rows.isEmpty ? ",\n" : "") + rows))
            count += Int64(page.jobs.count)
            question.offset += Int32(page.jobs.count)
            guard !page.jobs.isEmpty, count < limit, question.offset < page.total else { break }
            question.limit = Int32(min(limit - count, Int64(Self.page)))
            guard case .jobs(let next) = try await inquiry.ask(.jobs(question)) else { throw WebRefusal.unexpected }
            page = next
        }
        try await writer.write(ByteBuffer(string: "]}\n"))
    }
}

/// A job as the table's columns have it.
private struct TableRow: Encodable {
    let job: WireJobStatus

    init(_ job: WireJobStatus) { self.job = job }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.unkeyedContainer()
        try row.encode(job.job)
        try row.encode(job.cpv)
        try row.encode(job.state.domain?.rawValue ?? "unknown")
        try row.encode(job.worker.unlessEmpty)
        try row.encode(job.startedMs.unlessZero.map(Times.seconds))
        try row.encode(job.endedMs.unlessZero.map(Times.seconds))
        try row.encode(job.expectedMs.unlessZero.map(Times.seconds))
        try row.encode(job.attempts)
        try row.encode(job.reason.unlessEmpty)
        try row.encode(job.waitsBecause.unlessEmpty)
        let failure = FailureDocument(job.failure, isPresent: job.hasFailure)
        try row.encode(failure?.class)
        try row.encode(failure?.line)
    }
}
