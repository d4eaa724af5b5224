import Documents
import Hummingbird
import Shared

/// Two builds of a package beside each other.
struct DiffRoutes: Sendable {
    let inquiry: Inquiry

    /// Both packages are read whole.
    private static let patience = Duration.seconds(120)

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/diff") { request, _ in
            try await Response.answering {
                var question = WireDiffRequest()
                question.package = try request.package()
                question.run = try request.number("run", 1...Int64.max) ?? 0
                question.since = try request.number("since", 1...Int64.max) ?? 0
                guard let answer = try await inquiry.ask(.diff(question), within: Self.patience) else {
                    throw WebRefusal(
                        .serviceUnavailable, "the packages are large: they were not read within \(Self.patience)",
                        "farmctl diff --timeout 3600 waits longer")
                }
                guard case .diff(let diff) = answer else { throw WebRefusal.unexpected }
                return try .document(DiffDocument(diff))
            }
        }
    }
}
