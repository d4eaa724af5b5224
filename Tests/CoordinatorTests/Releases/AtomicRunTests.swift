import Core
import Shared
import SwiftProtobuf
import SystemPackage
import Testing
import ZeroMQ

@testable import BinpkgTesting
@testable import Coordinator

/// What clients see of atomic runs, over restarts too.
struct AtomicRunTests {
    private let farm: OneFarm

    init() throws { farm = try OneFarm() }

    private var isHeld: Bool { get throws { try farm.releases.hold() != nil } }

    @Test func `The state of before is on the disk when the run is, and goes when it has succeeded`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.submitAtomically()
            #expect(try isHeld)
            #expect(await dispatcher.heldLine?.contains("run \(run), which is atomic and goes on") == true)
            try await dispatcher.succeed(run)
            #expect(try !isHeld)
            #expect(await dispatcher.heldLine == nil)
        }
    }

    @Test func `After one that did not succeed it stays until an atomic run does, over restarts`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.submitAtomically()
            try await dispatcher.cancel(run)
            #expect(try isHeld)
            #expect(await dispatcher.heldLine?.contains("atomic and cancelled") == true)
        }
        try await farm.with { dispatcher in
            #expect(try isHeld)
            let plain = try await dispatcher.submitPlainly()
            try await dispatcher.succeed(plain)
            #expect(try isHeld)
            let run = try await dispatcher.submitAtomically()
            try await dispatcher.succeed(run)
            #expect(try !isHeld)
        }
    }

    @Test func `An operator may show what a failed one built, but not while one goes on`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.submitAtomically()
            await #expect(throws: Refusal.self) { try await dispatcher.unhold() }
            #expect(try isHeld)
            try await dispatcher.cancel(run)
            try await dispatcher.unhold()
            #expect(try !isHeld)
            await #expect(throws: Refusal.self) { try await dispatcher.unhold() }
        }
    }

    @Test func `Going back to a release shows that, and workers get its packages again`() async throws {
        try await farm.with { dispatcher in
            let binhost = try await dispatcher.farm("x").binhost
            let staged = farm.directory.path.appending("staged")
            let expected = try GPKGFixture.write(buildID: 1, to: staged)
            let package = try await binhost.publish(staged: staged, expected: expected)
            _ = try await binhost.tag("first", on: farm.releases, by: "me", at: 1)
            _ = try await binhost.withdraw([package.path])
            let run = try await dispatcher.submitAtomically()
            await #expect(throws: Refusal.self) { try await dispatcher.goBack(to: "first") }
            try await dispatcher.cancel(run)
            #expect(try isHeld)
            try await dispatcher.goBackAndWait(to: "first")
            #expect(try !isHeld)
            #expect(await dispatcher.heldLine == nil)
            #expect(await binhost.packages.map(\.path) == [package.path])
            let known = await dispatcher.services.catalogue.path(of: package.sha256)
            #expect(known == binhost.directory.appending(package.path))
        }
    }

    @Test func `While it goes on a restart keeps it`() async throws {
        try await farm.with { _ = try await $0.submitAtomically() }
        try await farm.with { dispatcher in
            #expect(try isHeld)
            #expect(await dispatcher.heldLine?.contains("run 1,") == true)
            try await dispatcher.succeed(RunID(rawValue: 1))
            #expect(try !isHeld)
        }
    }

    @Test func `A coordinator that died before the run was committed holds nothing`() async throws {
        try await farm.with { dispatcher in
            let farm = try await dispatcher.farm("x")
            _ = try await farm.binhost.hold(Hold(run: RunID(rawValue: 1)), on: farm.releases)
        }
        #expect(try isHeld)
        try await farm.with { _ in }
        #expect(try !isHeld)
    }

    @Test func `One that died after the run had succeeded ends the hold when it starts`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.submitAtomically()
            try await dispatcher.succeed(run)
            let farm = try await dispatcher.farm("x")
            _ = try await farm.binhost.hold(Hold(run: run), on: farm.releases)
        }
        try await farm.with { _ in }
        #expect(try !isHeld)
    }

    @Test func `Several at once are shown together, when the last has succeeded`() async throws {
        try await farm.with { dispatcher in
            let first = try await dispatcher.submitAtomically()
            let second = try await dispatcher.submitAtomically()
            #expect(second > first)
            try await dispatcher.succeed(first)
            #expect(try isHeld)
            try await dispatcher.succeed(second)
            #expect(try !isHeld)
        }
    }

    @Test func `A viewer may neither submit one nor end a hold`() async throws {
        try await farm.with { dispatcher in
            await #expect(throws: Refusal.self) { try await dispatcher.submitAtomically(role: .viewer) }
        }
        #expect(try !isHeld)
    }
}

extension Dispatcher {
    fileprivate var heldLine: String? { holdState(of: "x")?.line(farm: "x") }

    private static let request = WireSubmitRequest.with {
        $0.farm = "x"
        $0.targets = ["@world"]
        $0.atomic = true
    }

    private func client(_ role: KeyRole) -> Client {
        Client(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: role)
    }

    fileprivate func submitAtomically(role: KeyRole = .operator) async throws -> RunID {
        let id = nextRun
        await (try submitAtomically(Self.request, client(role), 1)).value
        try await rest()
        return id
    }

    fileprivate func submitPlainly() async throws -> RunID {
        var request = Self.request
        request.atomic = false
        return RunID(rawValue: try submit(request, client(.operator)).run)
    }

    /// Nothing had to be built.
    fileprivate func succeed(_ run: RunID) async throws {
        feed(.planned(run, Plan(jobs: [])))
        try await rest()
    }

    fileprivate func cancel(_ run: RunID) async throws {
        feed(.cancelRun(run))
        try await rest()
    }

    fileprivate func goBack(to name: String) throws {
        try release(
            .with {
                $0.farm = "x"
                $0.rollback = .with { $0.name = name }
            }, client(.operator), 2)
    }

    fileprivate func goBackAndWait(to name: String) async throws {
        try goBack(to: name)
        while binhostRequests > 0 { await Task.yield() }
        try await rest()
    }

    fileprivate func unhold() async throws { _ = try await unhold(try farm("x"), by: "me") }
}
