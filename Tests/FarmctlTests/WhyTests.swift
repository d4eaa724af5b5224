import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct WhyTests {
    static let answer = WireWhyAnswer.with {
        $0.job = .with {
            $0.run = 14
            $0.job = 33
            $0.cpv = "net-misc/curl-8.0"
            $0.state = .jobWaiting
            $0.reason = "dependency-changed(dev-libs/openssl)"
            $0.waitsBecause = "needs dev-libs/openssl-3.0.14, dev-lang/perl-5.40"
            $0.waitingFor = ["dev-libs/openssl-3.0.14", "dev-lang/perl-5.40"]
            $0.expectedMs = 90_000
        }
        $0.lines = [
            "It is built because dev-libs/openssl-3.0.14 is built again (version 3.0.13 -> 3.0.14); should nothing that it"
                + " sees of them change, it will not be built after all."
        ]
        $0.waitsFor = [
            .with {
                $0.cpv = "dev-libs/openssl-3.0.14"
                $0.state = .jobWaiting
                $0.waitingFor = ["dev-lang/perl-5.40"]
                $0.waitsBecause = "needs dev-lang/perl-5.40"
                $0.expectedMs = 600_000
            },
            .with {
                $0.cpv = "dev-lang/perl-5.40"
                $0.state = .jobLeased
                $0.worker = "alpha"
                $0.phase = .building
                $0.startedMs = Fixture.now - 30_000
                $0.expectedMs = 60_000
            },
            .with {
                $0.cpv = "app-arch/zstd-1.5"
                $0.state = .jobReady
                $0.waitsBecause = "all 2 slots are taken"
            },
        ]
        $0.depths = [0, 1, 0]
        $0.waitsForTotal = 5
        $0.waitedForBy = ["sci-physics/root-6.32", "dev-python/requests-2.32"]
        $0.waitedForByTotal = 9
    }

    @Test func `One screen says why, what it waits for, and who waits for it`() {
        let lines = WhyDocument(Self.answer, now: Fixture.now).lines(width: nil)
        #expect(
            lines.text == """
                net-misc/curl-8.0 in run 14: waiting, takes about 1 min 30 s
                  It is built because dev-libs/openssl-3.0.14 is built again (version 3.0.13 ->
                    3.0.14); should nothing that it sees of them change, it will not be built
                    after all.
                  It waits for 5 jobs:
                    dev-libs/openssl-3.0.14: waiting, takes about 10 min 00 s
                      dev-lang/perl-5.40: leased, building on alpha for 30 s of about 1 min 00 s
                    app-arch/zstd-1.5: ready, all 2 slots are taken
                    and 2 more
                  9 jobs wait for it: sci-physics/root-6.32 dev-python/requests-2.32 and 7 more

                """)
        #expect(lines.allSatisfy { $0.width <= 80 })
    }

    @Test func `A cached package needs few words`() {
        let view = WhyDocument(
            .with {
                $0.job = .with {
                    $0.run = 14
                    $0.cpv = "dev-libs/expat-2.5.0"
                    $0.state = .jobCached
                }
                $0.lines = ["It is not built: nothing that determines it has changed."]
            }, now: Fixture.now)
        #expect(
            view.lines(width: 80).text == """
                dev-libs/expat-2.5.0 in run 14: cached
                  It is not built: nothing that determines it has changed.

                """)
    }

    @Test func `JSON`() throws {
        var answer = Self.answer
        answer.waitsFor.removeSubrange(0..<2)
        answer.depths = [0]
        #expect(
            try WhyDocument(answer, now: Fixture.now).json() == """
                {
                  "explanation" : [
                    "It is built because dev-libs/openssl-3.0.14 is built again (version 3.0.13 -> 3.0.14); should nothing that it sees of them change, it will not be built after all."
                  ],
                  "job" : {
                    "attempts" : 0,
                    "cpv" : "net-misc/curl-8.0",
                    "expected_s" : 90,
                    "job" : 33,
                    "reason" : "dependency-changed(dev-libs/openssl)",
                    "run" : 14,
                    "state" : "waiting",
                    "waiting_for" : [
                      "dev-libs/openssl-3.0.14",
                      "dev-lang/perl-5.40"
                    ],
                    "waits_because" : "needs dev-libs/openssl-3.0.14, dev-lang/perl-5.40"
                  },
                  "waited_for_by" : [
                    "sci-physics/root-6.32",
                    "dev-python/requests-2.32"
                  ],
                  "waited_for_by_total" : 9,
                  "waits_for" : [
                    {
                      "depth" : 0,
                      "job" : {
                        "attempts" : 0,
                        "cpv" : "app-arch/zstd-1.5",
                        "job" : 0,
                        "run" : 0,
                        "state" : "ready",
                        "waiting_for" : [

                        ],
                        "waits_because" : "all 2 slots are taken"
                      }
                    }
                  ],
                  "waits_for_total" : 5
                }

                """)
    }

    @Test func `A typo is told with its candidates and ends with 5`() async throws {
        let script: FakeCoordinator.Script = { body in
            guard case .why(let request) = body else { return nil }
            #expect(request.package == "opnessl")
            #expect(request.run == 3)
            return .error(.with { ($0.code, $0.message) = (.notFound, "no package 'opnessl' in run 3") })
        }
        #expect(try await ProgramTests.run(["why", "opnessl", "--run", "3"], script) == .notFound)
    }
}
