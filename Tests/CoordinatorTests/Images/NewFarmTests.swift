import Core
import Foundation
import Shared
import SwiftProtobuf
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Farms that come with the first image that is asked for them.
struct NewFarmTests {
    private let one: OneFarm
    private let context: [UInt8] = [1]
    private let base: [UInt8] = [2]

    init() throws { one = try OneFarm(hasImage: false) }

    @Test func `A question makes no farm, and says that there would be a new one`() async throws {
        try await one.with { dispatcher in
            let answer = try await dispatcher.ask(onlyAsk: true, farm: "xx")
            #expect(answer.notes == ["xx would be a new farm; the others are x"])
            #expect(answer.digest.isEmpty && answer.changed == ["stage3"] && !answer.upToDate)
            let first = try await dispatcher.ask(context: context, base: base, farm: "xx")
            #expect(first.wanted.count == 2 && first.notes.isEmpty, "not before all is there")
            #expect(await dispatcher.names == ["x"])
            #expect(try await dispatcher.services.store.farms().isEmpty)
        }
    }

    @Test func `The first image makes the farm, which is served and shown at once, and there after a restart`()
        async throws
    {
        try await one.with { dispatcher in
            try await dispatcher.send(context)
            try await dispatcher.send(base)
            let answer = try await dispatcher.ask(context: context, base: base, farm: "xx")
            #expect(answer.run == 1 && answer.notes == ["xx is a new farm; the others are x"])
            let again = try await dispatcher.ask(context: context, base: base, farm: "xx")
            #expect(again.run == 1 && again.notes.isEmpty)
            #expect(await dispatcher.status(runs: 5).farms.map(\.name) == ["x", "xx"])
            let served = try #require(await dispatcher.services.served.farms["xx"])
            #expect(served.directory == one.directory.path.appending("binhosts/xx"))
            #expect(FileStatus.exists(served.directory.appending("Packages")))
            #expect(try await dispatcher.services.store.farms() == ["xx"])
            let image = try await dispatcher.bring([3], for: RunID(rawValue: 1))
            #expect(await dispatcher.farms["xx"]?.image == image)
            #expect(try await dispatcher.farm("xx").request(targets: ["a/b"], submittedBy: "me").image == image)
        }
        let store = try Store(path: one.directory.path.appending("test.sqlite"))
        defer { try? store.close() }
        #expect(try store.farms() == ["xx"] && store.images()["xx"]?.count == 1)
    }

    @Test func `Two who ask for one at the same time get one farm, and one run`() async throws {
        try await one.with { dispatcher in
            try await dispatcher.send(context)
            try await dispatcher.send(base)
            let (context, base) = (context, base)
            async let first = dispatcher.ask(context: context, base: base, farm: "xx")
            async let second = dispatcher.ask(context: context, base: base, farm: "xx")
            let runs = try await [first.run, second.run]
            #expect(runs == [1, 1])
            #expect(try await dispatcher.services.store.farms() == ["xx"])
        }
    }

    @Test func `BUILD_IDs of packages that lie there already are given to no others`() async throws {
        let binhost = try Binhost(directory: one.directory.path.appending("binhosts/xx"), reserve: 0)
        var fixture = GPKGFixture()
        fixture.metadata["BUILD_ID"] = "7"
        let staged = one.directory.path.appending("staged")
        var expected = try fixture.write(to: staged)
        expected.buildID = 7
        try await binhost.publish(staged: staged, expected: expected)
        try await one.with { dispatcher in
            _ = try await dispatcher.begin(context: context, base: base, farm: "xx")
            let known = await dispatcher.scheduler.durable.buildIDs
            #expect(known[Snapshot.FarmPackage(farm: "xx", cpv: expected.cpv)] == 7)
            #expect(await dispatcher.status(runs: 5).farms.last?.packages == 1)
        }
    }

    @Test(arguments: [
        ("a/b", "'a/b' is no name for a farm: letters, digits, '.', '_' and '-', at most 64"),
        ("api", "no farm may be called 'api': the coordinator has something else at /api/"), ("", nil), ("..", nil),
    ])
    func `What can be no farm's name makes none`(_ name: String, _ message: String?) async throws {
        try await one.with { dispatcher in
            try await dispatcher.send(context)
            try await dispatcher.send(base)
            let refusal = await #expect(throws: Refusal.self) {
                try await dispatcher.ask(context: context, base: base, farm: name)
            }
            if let message { #expect(refusal?.message == message) }
            #expect(await dispatcher.names == ["x"])
        }
    }

    @Test func `Nobody but an operator makes a farm, nor does who names a key or an upstream that is not there`()
        async throws
    {
        try await one.with { dispatcher in
            try await dispatcher.send(context)
            try await dispatcher.send(base)
            let wrong: [(WireFarmPolicies, KeyRole)] = [
                (WireFarmPolicies(), .viewer), (.with { $0.signing = String(repeating: "C", count: 40) }, .operator),
                (.with { $0.upstreams = [.with { $0.farm = "y" }] }, .operator),
            ]
            for (policies, role) in wrong {
                await #expect(throws: Refusal.self) {
                    try await dispatcher.ask(context: context, base: base, policies: policies, role: role, farm: "xx")
                }
            }
            #expect(await dispatcher.names == ["x"])
        }
    }

    @Test func `A subject's farm stands on one that has an image`() async throws {
        try await one.with { dispatcher in
            let request = WireImageRequest.with {
                $0.farm = "xx-analysis"
                $0.below = "xx"
                $0.inputs = [
                    .with {
                        $0.name = "a"
                        $0.value = "b"
                    }
                ]
            }
            let refusal = await #expect(throws: Refusal.self) {
                try await dispatcher.answer(to: request, Client(role: .operator))
            }
            #expect(refusal?.message == "xx has no image that another could stand on")
            #expect(refusal?.remedy == "make it first: farmctl image build binfarm")
        }
    }
}

extension Dispatcher {
    fileprivate var names: [String] { farms.keys.sorted() }
}
