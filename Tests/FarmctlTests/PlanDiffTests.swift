import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct PlanDiffTests {
    static func node(
        _ cpv: String, slot: String = "0", use: [String] = [], key: String, cached: Bool = false,
        reason: String = "new", secondPass: Bool = false
    ) -> PlanView.Node {
        .init(
            .with {
                $0.cpv = cpv
                $0.slot = slot
                $0.repository = "gentoo"
                $0.use = use
                $0.buildKey = key
                $0.state = cached ? .jobCached : .jobWaiting
                $0.reason = cached ? "cached: \(cpv).gpkg.tar" : reason
                $0.secondPass = secondPass
            })
    }

    static let earlier = PlanView(
        run: 12, farm: "hep",
        jobs: [
            node("dev-libs/openssl-3.0.13", use: ["asm", "tls"], key: "1"),
            node("dev-lang/python-3.11.1", slot: "3.11", key: "2"),
            node("dev-lang/python-3.12.1", slot: "3.12", key: "3"), node("net-misc/curl-8.0", key: "4", cached: true),
            node("dev-libs/old-1.0", key: "5"), node("app-arch/zstd-1.5", key: "6"),
            node("dev-libs/icu-74.1", slot: "0/74.1", key: "7"),
        ])
    static let later = PlanView(
        run: 14, farm: "hep",
        jobs: [
            node(
                "dev-libs/openssl-3.0.14", use: ["asm", "quic"], key: "1b",
                reason: "version(3.0.13 -> 3.0.14), use(+quic -tls)"),
            node("dev-lang/python-3.11.1", slot: "3.11", key: "2", cached: true),
            node("dev-lang/python-3.12.1", slot: "3.12", key: "3"),
            node("net-misc/curl-8.0", key: "4b", reason: "dependency-changed(dev-libs/openssl)"),
            node("dev-libs/new-1.0", key: "8"), node("app-arch/zstd-1.5", key: "6"),
            node("dev-libs/icu-75.1", slot: "0/75.1", key: "7b", reason: "version(74.1 -> 75.1)"),
        ])

    @Test func `What was added, removed and changed, the counts first`() {
        #expect(
            PlanDiff(Self.later, since: Self.earlier).lines(width: 80).text == """
                run 14 against run 12
                     1  added
                     1  removed
                     2  version changed
                     1  slot changed
                     1  USE changed
                     3  build key changed
                     1  built now, cached then
                     1  cached now, built then
                     2  the same

                added
                  + dev-libs/new-1.0:0::gentoo  new

                removed
                  - dev-libs/old-1.0:0::gentoo

                changed
                  dev-libs/openssl-3.0.14:0
                      version 3.0.13 -> 3.0.14
                      USE +quic -tls
                      build key: version(3.0.13 -> 3.0.14), use(+quic -tls)
                  dev-lang/python-3.11.1:3.11  cached now, built then
                  net-misc/curl-8.0:0  built now, cached then
                      build key: dependency-changed(dev-libs/openssl)
                  dev-libs/icu-75.1:0/75.1
                      version 74.1 -> 75.1
                      slot 0/74.1 -> 0/75.1
                      build key: version(74.1 -> 75.1)

                """)
    }

    @Test func `Equal plans have no differences`() {
        #expect(
            PlanDiff(Self.later, since: Self.later).lines(width: nil).text == """
                run 14 against run 14
                     7  the same

                """)
    }

    @Test func `Plans of two farms say so`() {
        let other = PlanView(run: 3, farm: "debug", jobs: [])
        #expect(PlanDiff(Self.later, since: other).lines(width: nil)[0].text == "run 14 (hep) against run 3 (debug)")
    }

    @Test func `A second pass is a job beside the first`() {
        let second = PlanView(
            run: 15,
            jobs: [Self.node("a/b-1", key: "1"), Self.node("a/b-1", key: "2", reason: "new", secondPass: true)])
        let first = PlanView(run: 14, jobs: [Self.node("a/b-1", key: "1")])
        let diff = PlanDiff(second, since: first)
        #expect(diff.added.map(\.secondPass) == [true])
        #expect(diff.counts.unchanged == 1)
        #expect(PlanDiff(first, since: second).removed.map(\.secondPass) == [true])
    }

    @Test func `JSON`() throws {
        let old = PlanView(run: 1, farm: "hep", jobs: [Self.earlier.jobs[0], Self.earlier.jobs[4]])
        let new = PlanView(run: 2, farm: "hep", jobs: [Self.later.jobs[0]])
        #expect(
            try PlanDiff(new, since: old).json() == """
                {
                  "added" : [

                  ],
                  "changed" : [
                    {
                      "build_key" : {
                        "from" : "1",
                        "to" : "1b"
                      },
                      "cached" : false,
                      "cached_then" : false,
                      "cpv" : "dev-libs/openssl-3.0.14",
                      "reason" : "version(3.0.13 -> 3.0.14), use(+quic -tls)",
                      "second_pass" : false,
                      "slot" : "0",
                      "use" : [
                        "+quic",
                        "-tls"
                      ],
                      "version" : {
                        "from" : "3.0.13",
                        "to" : "3.0.14"
                      }
                    }
                  ],
                  "counts" : {
                    "added" : 0,
                    "build_key" : 1,
                    "built_now" : 0,
                    "cached_now" : 0,
                    "removed" : 1,
                    "repository" : 0,
                    "slot" : 0,
                    "unchanged" : 0,
                    "use" : 1,
                    "version" : 1
                  },
                  "earlier" : 1,
                  "earlier_farm" : "hep",
                  "farm" : "hep",
                  "removed" : [
                    {
                      "cached" : false,
                      "cpv" : "dev-libs/old-1.0",
                      "reason" : "new",
                      "repository" : "gentoo",
                      "second_pass" : false,
                      "slot" : "0",
                      "use" : [

                      ]
                    }
                  ],
                  "run" : 2
                }

                """)
    }

    @Test func `Both plans are asked for, the newest once`() async throws {
        let script: FakeCoordinator.Script = { body in
            guard case .plan(let request) = body else { return nil }
            return .plan(
                .with {
                    $0.run = request.run == 0 ? 14 : request.run
                    $0.total = 1
                    $0.nodes = [.with { $0.cpv = "a/b-\($0.job + Int32(request.run))" }]
                })
        }
        #expect(try await ProgramTests.run(["plan", "--diff", "12"], script) == .ok)
        #expect(try await ProgramTests.run(["plan", "14", "--diff", "12", "--json"], script) == .ok)
        // The newest run is the one to compare with.
        #expect(try await ProgramTests.run(["plan", "--diff", "14"], script) == .usage)
    }
}
