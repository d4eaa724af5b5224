import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test func `A question is answered, whatever else arrives`() async throws {
        let status = try await FakeCoordinator.with({ _ in .status(Fixture.status) }) { coordinator in
            try await coordinator.connected { try await $0.status() }
        }
        #expect(status == StatusDocument(Fixture.status))
    }

    @Test func `A coordinator that does not answer is told apart from other faults`() async throws {
        try await FakeCoordinator.with({ _ in nil }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await coordinator.connected(timeout: .milliseconds(300)) { try await $0.status() }
            }
            #expect(error?.status == .unreachable)
            #expect(
                error?.message.hasPrefix("no answer from \(coordinator.configuration.control) within 300 ms") == true)
            #expect(coordinator.requests.count == 1)
        }
    }

    @Test func `A key that is not known gets silence, and the message says so`() async throws {
        try await FakeCoordinator.with({ _ in .status(Fixture.status) }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await CoordinatorConnection.with(coordinator.stranger, timeout: .milliseconds(300)) {
                    try await $0.status()
                }
            }
            #expect(error?.status == .unreachable)
            #expect(error?.remedy?.contains("does it know this key, 'stranger'?") == true)
            #expect(coordinator.requests.isEmpty)
        }
    }

    @Test func `Nobody at the address`() async throws {
        let configuration = try await FakeCoordinator.with({ _ in nil }) { $0.configuration }
        let error = await #expect(throws: FarmctlError.self) {
            try await CoordinatorConnection.with(configuration, timeout: .milliseconds(200)) { try await $0.status() }
        }
        #expect(error?.status == .unreachable)
        #expect(error?.message.contains("no connection was made") == true)
    }

    @Test func `An endpoint that is none`() async throws {
        let known = try await FakeCoordinator.with({ _ in nil }) { $0.configuration }
        let configuration = FarmctlConfiguration(
            control: "tcp://:not-a-port", coordinatorKey: known.coordinatorKey, name: known.name, keys: known.keys)
        let error = await #expect(throws: FarmctlError.self) {
            try await CoordinatorConnection.with(configuration, timeout: .seconds(1)) { try await $0.status() }
        }
        #expect(error?.status == .usage)
    }

    @Test(arguments: [
        (WireErrorAnswer.Code.notAllowed, ProgramExit.refused), (.notFound, .notFound), (.invalid, .usage),
        (.unavailable, .unavailable), (.unspecified, .failed), (.UNRECOGNIZED(99), .failed),
    ])
    func `The coordinator's refusals have exit codes of their own`(code: WireErrorAnswer.Code, status: ProgramExit)
        async throws
    {
        try await FakeCoordinator.with({ _ in
            .error(
                .with {
                    $0.code = code
                    $0.message = "'me' is a viewer"
                    $0.remedy = "ask for an operator's key"
                })
        }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await coordinator.connected { try await $0.submit(.with { $0.farm = "hep" }) }
            }
            #expect(error == FarmctlError(status, "'me' is a viewer", remedy: "ask for an operator's key"))
        }
    }

    @Test func `An answer to another question is a fault of versions`() async throws {
        try await FakeCoordinator.with({ _ in .cancel(WireCancelAnswer()) }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await coordinator.connected { try await $0.status() }
            }
            #expect(error?.status == .failed)
        }
    }

    @Test func `Jobs come page by page and stay with one run`() async throws {
        try await FakeCoordinator.with({ body in
            guard case .jobs(let request) = body else { return nil }
            return .jobs(
                .with {
                    // A newer run begins after the first page.
                    $0.run = request.run == 0 ? 7 : request.run
                    $0.total = 2300
                    let end = min(request.offset + request.limit, $0.total)
                    $0.jobs = (request.offset..<end).map { number in .with { $0.job = number } }
                })
        }) { coordinator in
            let jobs = try await coordinator.connected { try await $0.jobs(run: 0, [], [.jobFailed]) }
            #expect(jobs.run == 7)
            #expect(jobs.jobs.map(\.job) == Array(0..<2300))
            let requests = coordinator.requests.compactMap { body in
                if case .jobs(let request) = body { request } else { nil }
            }
            #expect(requests.map(\.offset) == [0, 1000, 2000])
            #expect(requests.map(\.run) == [0, 7, 7])
            #expect(requests.allSatisfy { $0.limit == 1000 && $0.states == [.jobFailed] })
        }
    }

    @Test func `A plan that ends before its total is not asked for again and again`() async throws {
        try await FakeCoordinator.with({ body in
            guard case .plan(let request) = body else { return nil }
            return .plan(
                .with {
                    $0.run = 7
                    $0.total = 5
                    $0.nodes = request.offset == 0 ? [.with { $0.cpv = "a/b-1" }] : []
                })
        }) { coordinator in
            let plan = try await coordinator.connected { try await $0.plan(run: 7) }
            #expect(plan.jobs.map(\.cpv) == ["a/b-1"])
        }
    }

    @Test func `How long a build goes on is told by the coordinator's clock, not this host's`() async throws {
        try await FakeCoordinator.with({ body in
            guard case .why = body else { return nil }
            return .why(
                .with {
                    $0.nowMs = Fixture.now
                    $0.job.state = .jobLeased
                    $0.job.startedMs = Fixture.now - 30_000
                })
        }) { coordinator in
            let why = try await coordinator.connected { try await $0.why(package: "a/b", run: 0) }
            #expect(why.job.elapsedS == 30)
        }
    }

    @Test func `An old run is looked for, one that never was is not found`() async throws {
        try await FakeCoordinator.with({ body in
            guard case .status(let request) = body else { return nil }
            let newest: Int64 = 50
            let count = request.recentRuns == 0 ? 5 : Int64(request.recentRuns)
            return .status(
                .with {
                    $0.runs = (max(1, newest - count + 1)...newest).map { number in .with { $0.run = number } }
                })
        }) { coordinator in
            let found = try await coordinator.connected { try await $0.status(of: 3) }
            #expect(found?.runs.map(\.run) == [3])
            let never = try await coordinator.connected { try await $0.status(of: 51) }
            #expect(never == nil)
        }
    }
}
