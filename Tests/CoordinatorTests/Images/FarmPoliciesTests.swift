import Core
import Foundation
import Shared
import SwiftProtobuf
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// What a farm file says of how its farm works, from the request to what the farm does.
struct FarmPoliciesTests {
    private static let unknown = String(repeating: "C", count: 40)

    /// With an image that was made under these policies.
    private func with(
        _ farm: OneFarm, _ policies: WireFarmPolicies = WireFarmPolicies(), _ body: (Dispatcher) async throws -> Void
    ) async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.begin(context: [1], base: [2], policies: policies)
            _ = try await dispatcher.bring([3], for: run)
            try await body(dispatcher)
        }
    }

    @Test func `A key that the coordinator has not is refused before anything is sent, and nothing changes`()
        async throws
    {
        try await with(OneFarm(hasImage: false)) { dispatcher in
            let refusal = await #expect(throws: Refusal.self) {
                try await dispatcher.ask(policies: .with { $0.signing = Self.unknown })
            }
            #expect(refusal?.message.contains("the packages of x cannot be signed") == true, "\(refusal as Any)")
            #expect(await dispatcher.farms["x"]?.signer == nil)
        }
    }

    @Test func `A farm signs from the next word on, says so to clients, and does over a restart`() async throws {
        let made = try await ThrowawayKey.make()
        var farm = try OneFarm(hasImage: false)
        farm.gnupg = made.key.home
        let signing = WireFarmPolicies.with { $0.signing = made.key.fingerprint }
        try await with(farm) { dispatcher in
            #expect(await dispatcher.services.served.farms["x"]?.isSigned == false)
            let asked = try await dispatcher.ask(policies: signing, onlyAsk: true)
            #expect(asked.notes == ["signing: what the farm file says would count from now on"])
            #expect(await dispatcher.farms["x"]?.signer == nil, "a question changes nothing")
            let answer = try await dispatcher.ask(policies: signing)
            #expect(answer.upToDate && answer.notes == ["signing: what the farm file says counts from now on"])
            #expect(await dispatcher.farms["x"]?.signer?.key == made.key)
            #expect(await dispatcher.services.served.farms["x"]?.isSigned == true)
            #expect(try await dispatcher.ask(policies: signing).notes.isEmpty, "nothing is new then")
        }
        try await farm.with { dispatcher in
            #expect(await dispatcher.farms["x"]?.signer?.key == made.key)
        }
    }

    @Test func `The next run covers and is limited as the farm file says`() async throws {
        let policies = WireFarmPolicies.with {
            $0.coverage = .coverageComplete
            $0.limits.memory = 1 << 30
        }
        try await with(OneFarm(hasImage: false), policies) { dispatcher in
            let request = try await dispatcher.farm("x").request(targets: ["a/b"], submittedBy: "me")
            #expect(request.targets == ["@system", "a/b"] && request.emptytree && !request.packsBase)
            #expect(request.buildLimits.memory == 1 << 30 && request.buildLimits.processes == 16_384)
            try await dispatcher.ask(policies: .with { $0.coverage = .coverageQuickpkg })
            let packing = try await dispatcher.farm("x").request(targets: ["a/b"], submittedBy: "me")
            #expect(packing.packsBase && !packing.emptytree && packing.buildLimits.memory == nil)
        }
    }

    @Test func `What coordinator.yaml says of the same counts more, and a person is told`() async throws {
        let farm = try OneFarm(hasImage: false, ", coverage: missing, limits: {memory: 2GiB}, signing: none")
        try await with(farm) { dispatcher in
            let answer = try await dispatcher.ask(
                policies: .with {
                    $0.signing = Self.unknown
                    $0.coverage = .coverageComplete
                    $0.bindist = true
                    $0.limits.memory = 1 << 30
                    $0.limits.silenceMs = 60_000
                })
            #expect(
                answer.notes == [
                    "limits: what the farm file says counts from now on",
                    "policies.bindist: what the farm file says counts after the coordinator's next start",
                    "signing, coverage: coordinator.yaml says something too, which counts more",
                ])
            let request = try await dispatcher.farm("x").request(targets: ["a/b"], submittedBy: "me")
            #expect(request.targets == ["a/b"])
            #expect(request.buildLimits.memory == 2 << 30 && request.buildLimits.silence == .seconds(60))
            #expect(await dispatcher.farms["x"]?.signer == nil)
            let other = try await dispatcher.ask(
                policies: .with {
                    $0.signing = Self.unknown
                    $0.coverage = .coverageComplete
                    $0.bindist = true
                    $0.limits.memory = 3 << 30
                    $0.limits.silenceMs = 60_000
                })
            #expect(other.notes == ["limits: coordinator.yaml says something too, which counts more"])
        }
    }

    // MARK: Upstreams

    private static func upstream(_ names: String...) -> WireFarmPolicies {
        .with { $0.upstreams = names.map { name in .with { $0.farm = name } } }
    }

    @Test func `Upstreams are farms that are there, sign alike, and do not have it as an upstream themselves`()
        async throws
    {
        let made = try await ThrowawayKey.make()
        var farm = try OneFarm(hasImage: false)
        farm.gnupg = made.key.home
        try await with(farm) { dispatcher in
            func refusal(_ policies: WireFarmPolicies, of farm: String = "x") async -> String? {
                await #expect(throws: Refusal.self) { try await dispatcher.ask(policies: policies, farm: farm) }?
                    .message
            }
            #expect(
                await refusal(Self.upstream("y")) == "x names the upstream 'y': name other farms of this coordinator")
            await dispatcher.add(try farm.farm("{name: y}", dispatcher.services.opener.homes))
            #expect(try await dispatcher.ask(policies: Self.upstream("y")).notes.count == 1)
            #expect(try await dispatcher.upstreams(of: dispatcher.farm("x"), for: RunID(rawValue: 1)).count == 1)
            #expect(
                await refusal(Self.upstream("x"), of: "y")
                    == "y is an upstream of its own upstreams (x): leave one of them out")
            var signing = Self.upstream("y")
            signing.signing = made.key.fingerprint
            #expect(
                await refusal(signing)
                    == "x and its upstream y sign differently: give both one key, or none")
        }
    }

    @Test func `Nothing is taken over from an upstream that has begun to sign, until the farm does too`() async throws {
        let made = try await ThrowawayKey.make()
        var farm = try OneFarm(hasImage: false)
        farm.gnupg = made.key.home
        try await with(farm) { dispatcher in
            await dispatcher.add(try farm.farm("{name: y}", dispatcher.services.opener.homes))
            try await dispatcher.ask(policies: Self.upstream("y"))
            let run = RunID(rawValue: 1)
            #expect(try await dispatcher.upstreams(of: dispatcher.farm("x"), for: run).count == 1)
            let signs = "{name: y, signing: {key: \(made.key.fingerprint)}}"
            await dispatcher.add(try farm.farm(signs, dispatcher.services.opener.homes))
            #expect(try await dispatcher.upstreams(of: dispatcher.farm("x"), for: run).isEmpty)
            var signing = Self.upstream("y")
            signing.signing = made.key.fingerprint
            try await dispatcher.ask(policies: signing)
            #expect(try await dispatcher.upstreams(of: dispatcher.farm("x"), for: run).count == 1)
        }
    }

    @Test func `Keys of another's binhost are asked for first, and are in a home of gpg's when its packages come`()
        async throws
    {
        let made = try await ThrowawayKey.make()
        let keys = Array(try await made.exported())
        let policies = WireFarmPolicies.with { policies in
            policies.upstreams = [
                .with {
                    $0.binhost = "http://127.0.0.1:9/x"
                    $0.keys = Dispatcher.blob(keys).wire
                }
            ]
        }
        let farm = try OneFarm(hasImage: false)
        try await with(farm) { dispatcher in
            #expect(try await dispatcher.ask(policies: policies, onlyAsk: true).wanted.isEmpty)
            let first = try await dispatcher.ask(policies: policies)
            #expect(first.wanted.map(\.size) == [Int64(keys.count)] && first.run == 0)
            try await dispatcher.send(keys)
            #expect(try await dispatcher.ask(policies: policies).notes.count == 1)
            let binhost = try #require(await dispatcher.farms["x"]?.settings.upstreams.binhosts.first)
            #expect(binhost.address == "http://127.0.0.1:9/x")
            let signed = try await made.key.clearSigned(Array("text\n".utf8))
            try await KeyRing(home: #require(binhost.keys)).check(signed, of: "x")
            await dispatcher.tidyImagesSoon()
            try await dispatcher.rest()
            #expect(
                await dispatcher.services.opener.homes.upstreams.has(Dispatcher.blob(keys).digest), "the farm names it")
            try await dispatcher.ask()
            await dispatcher.tidyImagesSoon()
            try await dispatcher.rest()
            #expect(await !dispatcher.services.opener.homes.upstreams.has(Dispatcher.blob(keys).digest))
        }
    }

    // MARK: What may come

    @Test(arguments: [
        (WireFarmPolicies.with { $0.signing = "farm@example.org" }, "'farm@example.org' is no fingerprint of a key"),
        (.with { $0.upstreams = [WireFarmUpstream()] }, "an upstream has no place"),
        (
            .with { $0.upstreams = [.with { $0.farm = "../x" }] },
            "'../x' is no name for a farm: letters, digits, '.', '_' and '-', at most 64"
        ),
        (.with { $0.upstreams = [.with { $0.binhost = "ftp://x" }] }, "'ftp://x' is no address of a binhost"),
        (
            .with { $0.upstreams = [.with { $0.binhost = "file:///srv/x" }] },
            "file:///srv/x is a directory of the coordinator's host"
        ),
        (
            .with { policies in
                policies.upstreams = [
                    .with {
                        $0.binhost = "https://example.org"
                        $0.keys.sha256 = "x"
                    }
                ]
            }, "the keys of https://example.org are malformed"
        ),
        (
            .with { $0.upstreams = (1...100).map { number in .with { $0.farm = "\(number)" } } },
            "100 upstreams are too many"
        ),
        (.with { $0.limits.memory = -1 }, "these are no limits of a build"),
        (.with { $0.limits.logBytes = 1 }, "these are no limits of a build"),
    ])
    func `What no farm file says is refused`(_ policies: WireFarmPolicies, _ message: String) {
        let refusal = #expect(throws: Refusal.self) { try policies.domain() }
        #expect(refusal?.message == message)
    }

    @Test func `What was written down before there was a key is read, and what is written now is the same again`()
        throws
    {
        let old = try JSONText.decode(FarmPolicies.self, from: #"{"atomic":true,"bindist":false,"ccache":5}"#)
        var same = FarmPolicies()
        (same.atomic, same.ccache) = (true, 5)
        #expect(old == same)
        var policies = FarmPolicies()
        policies.signing = Self.unknown
        policies.upstreams = [.farm("a"), .binhost(address: "https://x", keys: Dispatcher.blob([1]))]
        (policies.coverage, policies.limits.timeout) = (.quickpkg, .seconds(5))
        #expect(try JSONText.decode(FarmPolicies.self, from: JSONText.encode(policies)) == policies)
    }
}

extension Dispatcher {
    fileprivate func add(_ farm: Farm) { farms[farm.configuration.name] = farm }
}
