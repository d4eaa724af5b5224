import Core
import CoreTesting
import Shared
import SwiftProtobuf
import SystemPackage
import Testing
import ZeroMQ

@testable import BinpkgTesting
@testable import Coordinator

/// What the coordinator lets whom do with published files, and when.
struct UpkeepRequestTests {
    private let farm: OneFarm

    init() throws { farm = try OneFarm() }

    @Test func `A viewer may look at what nobody needs, and begin and remove nothing`() async throws {
        try await farm.with { dispatcher in
            #expect(await dispatcher.refusal(.collect(.with { $0.remove = true }), .viewer)?.code == .notAllowed)
            #expect(await dispatcher.refusal(.verify(.with { $0.begin = true }), .viewer)?.code == .notAllowed)
            #expect(await dispatcher.refusal(.collect(WireBinhostCollect()), .viewer) == nil)
            #expect(await dispatcher.refusal(.collect(.with { $0.remove = true }), .operator) == nil)
        }
    }

    @Test func `Nothing goes while a run is planned, and no run begins while something goes`() async throws {
        try await farm.with { dispatcher in
            await dispatcher.submit(7)
            let refusal = await dispatcher.refusal(.collect(.with { $0.remove = true }), .operator)
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.message.hasSuffix("planned: 7") == true)
            #expect(await dispatcher.refusal(.collect(WireBinhostCollect()), .operator) == nil)
        }
    }

    @Test func `What an open run reuses stays`() async throws {
        try await farm.with { dispatcher in
            let binhost = try await dispatcher.farm("x").binhost
            for build in 1...3 {
                let staged = farm.directory.path.appending("staged")
                let expected = try GPKGFixture.write(buildID: build, to: staged)
                try await binhost.publish(staged: staged, expected: expected)
            }
            let packages = await binhost.packages
            await dispatcher.submit(7)
            var plan = try plan("a:", "b: a")
            plan.jobs[0].cached = PublishedRecord(
                cpv: packages[0].cpv, buildID: 1, path: packages[0].path,
                package: Blob(digest: packages[0].sha256, size: packages[0].size), buildKey: plan.jobs[0].buildKey)
            await dispatcher.take(plan, for: 7)
            try await dispatcher.collect()
            #expect(await binhost.packages.map(\.buildID) == [1, 3])
            await dispatcher.end(7)
            try await dispatcher.collect()
            #expect(await binhost.packages.map(\.buildID) == [3])
        }
    }

    @Test func `A verification is begun once, tells how far it is, and what it has found when it has ended`()
        async throws
    {
        try await farm.with { dispatcher in
            let binhost = try await dispatcher.farm("x").binhost
            let staged = farm.directory.path.appending("staged")
            let expected = try GPKGFixture.write(buildID: 1, to: staged)
            let package = try await binhost.publish(staged: staged, expected: expected)
            #expect(await dispatcher.refusal(.verify(WireBinhostVerify()), .viewer)?.code == .unavailable)

            try FileOperations.remove(binhost.directory.appending(package.path))
            let found = try await dispatcher.verification(repairs: false)
            #expect(found.findings.map(\.kind) == [.missing])
            #expect(found.dropped.isEmpty)
            #expect(await binhost.packages.count == 1)
            let repaired = try await dispatcher.verification(repairs: true)
            #expect(repaired.dropped == [package.path])
            #expect(await binhost.packages.isEmpty)
            #expect(try await dispatcher.verification(repairs: false).findingsTotal == 0)
        }
    }
}

extension Dispatcher {
    private func client(_ role: KeyRole) -> Client {
        Client(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: role)
    }

    private func request(_ act: WireBinhostRequest.OneOf_Act) -> WireBinhostRequest {
        .with {
            $0.farm = "x"
            $0.act = act
        }
    }

    /// nil when it is begun.
    fileprivate func refusal(_ act: WireBinhostRequest.OneOf_Act, _ role: KeyRole) -> Refusal? {
        do {
            try binhost(request(act), client(role), 1)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    fileprivate func submit(_ run: Int64) {
        feed(.runSubmitted(RunID(rawValue: run), CoreTesting.request(farm: "x")))
    }

    fileprivate func take(_ plan: Plan, for run: Int64) { feed(.planned(RunID(rawValue: run), plan)) }

    fileprivate func end(_ run: Int64) { feed(.cancelRun(RunID(rawValue: run))) }

    /// Comes back when what nobody needs is gone.
    fileprivate func collect() async throws {
        try binhost(request(.collect(.with { $0.remove = true })), client(.operator), 1)
        while binhostRequests > 0 { await Task.yield() }
        try await rest()
    }

    /// Comes back when it has ended.
    fileprivate func verification(repairs: Bool) async throws -> Verification {
        try binhost(
            request(
                .verify(
                    .with {
                        $0.begin = true
                        $0.repair = repairs
                    })), client(.operator), 1)
        while verifications["x"]?.hasEnded != true { await Task.yield() }
        return try #require(verifications["x"])
    }
}
