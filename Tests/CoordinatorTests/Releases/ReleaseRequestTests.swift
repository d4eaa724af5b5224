import Core
import Shared
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import Coordinator

/// What the coordinator lets whom do with releases.
struct ReleaseRequestTests {
    private static let tag = WireReleaseRequest.with {
        $0.farm = "x"
        $0.tag = .with { $0.name = "first" }
    }
    private static let rollback = WireReleaseRequest.with {
        $0.farm = "x"
        $0.rollback = .with { $0.name = "first" }
    }
    private static let prune = WireReleaseRequest.with {
        $0.farm = "x"
        $0.prune = .with { $0.keep = 1 }
    }

    @Test func `A viewer may look and not touch`() async throws {
        try await OneFarm().with { dispatcher in
            for request in [Self.tag, Self.rollback, Self.prune] {
                #expect(await dispatcher.refusal(of: request, role: .viewer)?.code == .notAllowed)
                #expect(await dispatcher.refusal(of: request, role: .operator) == nil)
            }
            let list = WireReleaseRequest.with { $0.list = WireReleaseList() }
            #expect(await dispatcher.refusal(of: list, role: .viewer) == nil)
            let diff = WireReleaseRequest.with {
                $0.farm = "x"
                $0.diff = .with { ($0.from, $0.to) = ("first", "live") }
            }
            #expect(await dispatcher.refusal(of: diff, role: .viewer) == nil)
        }
    }

    @Test func `Names that are none, and farms that there are not, are named`() async throws {
        try await OneFarm().with { dispatcher in
            for name in ["live", "../x", "", "a\nb"] {
                let request = WireReleaseRequest.with {
                    $0.farm = "x"
                    $0.tag = .with { $0.name = name }
                }
                #expect(await dispatcher.refusal(of: request, role: .operator)?.code == .invalid, "\(name)")
            }
            var request = Self.tag
            request.farm = "y"
            let refusal = await dispatcher.refusal(of: request, role: .operator)
            #expect(refusal?.code == .notFound)
            #expect(refusal?.remedy == "the farms are: x")
            #expect(await dispatcher.refusal(of: WireReleaseRequest(), role: .operator)?.code == .invalid)
        }
    }

    @Test func `While a run of the farm is open it is not set back, and the run is named`() async throws {
        try await OneFarm().with { dispatcher in
            await dispatcher.submit(7, farm: "x")
            let refusal = await dispatcher.refusal(of: Self.rollback, role: .operator)
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.message.hasSuffix("open: 7") == true)
            #expect(await dispatcher.refusal(of: Self.tag, role: .operator) == nil)
            await dispatcher.cancel(7)
            #expect(await dispatcher.refusal(of: Self.rollback, role: .operator) == nil)
        }
    }

    @Test func `No run begins while its farm is set back`() async throws {
        try await OneFarm().with { dispatcher in
            await dispatcher.setBack("x")
            #expect(await dispatcher.refusalOfSubmitting(to: "x")?.code == .unavailable)
        }
    }
}

extension Dispatcher {
    /// nil when it is begun.
    fileprivate func refusal(of request: WireReleaseRequest, role: KeyRole) -> Refusal? {
        refusal {
            try release(request, Client(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: role), 1)
        }
    }

    fileprivate func refusalOfSubmitting(to farm: String) -> Refusal? {
        refusal {
            _ = try submit(
                .with {
                    $0.farm = farm
                    $0.targets = ["@world"]
                }, Client(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: .operator))
        }
    }

    private func refusal(_ body: () throws -> Void) -> Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    fileprivate func submit(_ run: Int64, farm: String) {
        feed(
            .runSubmitted(
                RunID(rawValue: run),
                RunRequest(
                    farm: farm, targets: ["@world"], emptytree: false,
                    image: Blob(digest: ContentHasher.digest([1]), size: 1), resolveLimits: Limits(),
                    buildLimits: Limits(), submittedBy: "me")))
    }

    fileprivate func cancel(_ run: Int64) { feed(.cancelRun(RunID(rawValue: run))) }

    fileprivate func setBack(_ farm: String) { farmsClosed[farm] = "set back to a release" }
}
