import Hummingbird
import Shared

/// `/healthz`: the coordinator answers. `/readyz`: it can also do its work.
struct HealthRoutes: Sendable {
    let dispatcher: Dispatcher

    private static let patience = Duration.seconds(5)

    func add(to router: Router<some RequestContext>) {
        router.get("/healthz") { _, _ in
            await paused() == nil ? Self.answer("the coordinator does not answer", isWell: false) : Self.answer("ok")
        }
        router.get("/readyz") { _, _ in
            guard let paused = await paused() else {
                return Self.answer("the coordinator does not answer", isWell: false)
            }
            return paused.isEmpty ? Self.answer("ok") : Self.answer(paused, isWell: false)
        }
    }

    /// Why nothing is published now, or nothing; nil when that is not said in time.
    private func paused() async -> String? {
        try? await TimeLimit.run(Self.patience) { await dispatcher.paused ?? "" }
    }

    private static func answer(_ text: String, isWell: Bool = true) -> Response {
        .text(text + "\n", type: "text/plain; charset=utf-8", isWell ? .ok : .serviceUnavailable)
    }
}
