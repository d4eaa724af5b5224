import Core
import Documents
import Hummingbird
import Shared
import SwiftProtobuf
import WebFiles

/// The JSON API's questions: docs/api.md, described for programs at `/api/v1/openapi.json`.
struct APIRoutes: Sendable {
    let inquiry: Inquiry

    private static let hour: Int64 = 3_600_000
    private static let mostNames = 20

    func add(to router: Router<some RequestContext>) {
        let api = router.group("/api/v1")
        api.get("/status") { request, _ in
            try await Response.answering {
                let runs = try request.number("runs", 1...100) ?? 5
                let answer = try await inquiry.ask(.status(.with { $0.recentRuns = Int32(runs) }))
                guard case .status(let status) = answer else { throw WebRefusal.unexpected }
                return try .document(StatusDocument(status))
            }
        }
        api.get("/throughput") { request, _ in
            try await Response.answering {
                let hours = try request.number("hours", 1...720) ?? 24
                let bucket = max(60_000, hours * Self.hour / 144)
                let question = WireThroughputRequest.with {
                    $0.sinceMs = Self.begin(hours: hours, of: bucket)
                    $0.bucketMs = bucket
                }
                guard case .throughput(let answer) = try await inquiry.ask(.throughput(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(ThroughputDocument(answer))
            }
        }
        api.get("/history") { request, _ in
            try await Response.answering {
                var question = WireHistoryRequest()
                question.package = try request.package()
                guard case .history(let answer) = try await inquiry.ask(.history(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(HistoryDocument(answer))
            }
        }
        api.get("/workers/:worker/builds") { request, context in
            try await Response.answering {
                let hours = try request.number("hours", 1...720) ?? 24
                let question = WireWorkerBuildsRequest.with {
                    $0.worker = context.worker()
                    $0.sinceMs = SteadyClock().now().milliseconds - hours * Self.hour
                }
                guard case .workerBuilds(let answer) = try await inquiry.ask(.workerBuilds(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(WorkerBuildsDocument(answer, worker: question.worker, from: question.sinceMs))
            }
        }
        addRuns(to: api)
        api.get("/openapi.json") { _, _ in
            Response.text(
                String(decoding: WebFiles.all["openapi.json"] ?? [], as: UTF8.self), type: "application/json")
        }
        router.get("/api/**") { _, _ in
            try await Response.answering {
                throw WebRefusal(.notFound, "the API has nothing there", "/api/v1/openapi.json tells what it has")
            }
        }
    }

    private func addRuns(to api: RouterGroup<some RequestContext>) {
        api.get("/runs/:run") { _, context in
            try await Response.answering {
                var question = WireRunRequest()
                question.run = try context.run()
                guard case .run(let answer) = try await inquiry.ask(.run(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(RunDetailDocument(answer))
            }
        }
        api.get("/runs/:run/failures") { _, context in
            try await Response.answering {
                var question = WireFailuresRequest()
                question.run = try context.run()
                guard case .failures(let answer) = try await inquiry.ask(.failures(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(FailuresDocument(answer, now: SteadyClock().now().milliseconds))
            }
        }
        api.get("/runs/:run/jobs") { request, context in
            try await Response.answering {
                var question = WireJobsRequest()
                question.run = try context.run()
                question.limit = Int32(try request.number("limit", 1...1000) ?? 1000)
                question.offset = Int32(try request.number("offset", 0...Int64(Int32.max)) ?? 0)
                question.states = try Self.states(request.field("state"))
                question.packages = try Self.packages(request)
                guard case .jobs(let answer) = try await inquiry.ask(.jobs(question)) else {
                    throw WebRefusal.unexpected
                }
                return try .document(
                    JobsDocument(
                        run: answer.run, total: Int(answer.total),
                        jobs: answer.jobs.map { JobDocument($0, now: answer.nowMs) }))
            }
        }
        api.get("/runs/:run/why") { request, context in
            try await Response.answering {
                let answer = try await inquiry.why(try request.package(), run: try context.run())
                return try .document(WhyDocument(answer, now: answer.nowMs))
            }
        }
    }

    /// Names of packages, each held against all jobs of the run.
    private static func packages(_ request: Request) throws -> [String] {
        let names = request.uri.queryParameters.getAll("package").map { String($0) }
        guard names.count <= mostNames else {
            throw WebRefusal(
                .badRequest, "\(names.count) names of packages are too many", "ask for at most \(mostNames) at once")
        }
        return names
    }

    /// `failed,skipped`
    private static func states(_ text: String?) throws -> [WireJobState] {
        try (text ?? "").split(separator: ",").map { word in
            guard let state = JobState(rawValue: String(word)) else {
                let known = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw WebRefusal(.badRequest, "'\(word)' is no state of a job", "the states are \(known)")
            }
            return state.wire
        }
    }

    /// So many hours ago, where a stretch begins for everybody alike.
    private static func begin(hours: Int64, of bucket: Int64) -> Int64 {
        let since = SteadyClock().now().milliseconds - hours * hour
        return since - since % bucket + bucket
    }
}
