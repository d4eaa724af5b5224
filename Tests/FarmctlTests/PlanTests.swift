import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct PlanTests {
    static let plan = PlanView(
        run: 12,
        jobs: [
            .init(
                .with {
                    $0.job = 0
                    $0.cpv = "dev-libs/expat-2.5.0"
                    $0.slot = "0"
                    $0.repository = "hep"
                    $0.state = .jobCached
                    $0.reason = "cached: dev-libs/expat/expat-2.5.0-1.gpkg.tar"
                    $0.baseEdges = ["sys-libs/glibc-2.41"]
                    $0.buildKey = "00ff"
                }),
            .init(
                .with {
                    $0.job = 1
                    $0.cpv = "sci-physics/hepmc-3.1.2"
                    $0.slot = "3"
                    $0.repository = "hep"
                    $0.use = ["python"]
                    $0.state = .jobWaiting
                    $0.reason = "new"
                    $0.waitsFor = [0]
                    $0.runtime = [0]
                }),
        ])

    @Test func `Each job says whether it is new, what it waits for and what the base image gives`() {
        #expect(
            Self.plan.lines(width: nil).text == """
                0 dev-libs/expat-2.5.0:0::hep cached: dev-libs/expat/expat-2.5.0-1.gpkg.tar
                    built against the base image's sys-libs/glibc-2.41
                1 sci-physics/hepmc-3.1.2:3::hep waiting, new
                    waits for dev-libs/expat-2.5.0
                2 jobs: 1 cached, 1 built: 1 new

                """)
    }

    @Test func `JSON`() throws {
        #expect(
            try PlanView(run: 12, jobs: [Self.plan.jobs[1]]).json() == """
                {
                  "jobs" : [
                    {
                      "base_edges" : [

                      ],
                      "build_key" : "",
                      "cpv" : "sci-physics/hepmc-3.1.2",
                      "job" : 1,
                      "pack" : false,
                      "reason" : "new",
                      "reasons" : [
                        "new"
                      ],
                      "repository" : "hep",
                      "runtime" : [
                        0
                      ],
                      "second_pass" : false,
                      "slot" : "3",
                      "state" : "waiting",
                      "use" : [
                        "python"
                      ],
                      "waits_for" : [
                        0
                      ]
                    }
                  ],
                  "run" : 12,
                  "summary" : {
                    "built" : 1,
                    "cached" : 0,
                    "jobs" : 1,
                    "packed" : 0,
                    "reasons" : {
                      "new" : 1
                    },
                    "second_pass" : 0
                  }
                }

                """)
    }

    @Test func `What earlier builds used is in JSON where it is known`() throws {
        let node = WirePlanNode.with {
            $0.cpv = "a/b-1"
            $0.expectedMs = 90_500
            $0.expectedCpuMs = 180_000
            $0.expectedCores = 2
            $0.expectedMemory = 1 << 30
        }
        let json = try PlanView(run: 1, farm: "hep", jobs: [.init(node)]).json()
        for field in [
            #""expected_s" : 90.5"#, #""expected_cpu_s" : 180"#, #""expected_cores" : 2"#,
            #""expected_memory_bytes" : 1073741824"#, #""farm" : "hep""#,
        ] { #expect(json.contains(field)) }
    }

    @Test func `Jobs that are built are counted by the first of their reasons`() {
        func node(_ state: WireJobState, _ reason: String, pack: Bool = false, secondPass: Bool = false)
            -> PlanView.Node
        {
            .init(
                .with {
                    ($0.cpv, $0.state, $0.reason, $0.pack, $0.secondPass) = ("a/b-1", state, reason, pack, secondPass)
                })
        }
        let plan = PlanView(
            run: 1,
            jobs: [
                node(.jobWaiting, "dependency-changed(a/b, c/d)"), node(.jobPublished, "version(1 -> 2), use(+x)"),
                node(.jobCached, "cached: a/b/b-1-1.gpkg.tar"), node(.jobReady, "use(-y), dependency-changed(a/b)"),
                node(.jobFailed, "version(1 -> 2)", secondPass: true), node(.jobReady, "eclipse"),
                node(.jobReady, "new", pack: true),
            ])
        #expect(
            plan.summary.text
                == "7 jobs: 1 cached, 1 packed from the base image, 5 built: 2 version, 1 use, 1 dependency-changed,"
                + " 1 eclipse; 1 in a second pass")
    }

    @Test func `Lines stay within 80 columns, and say how much they leave out`() {
        let needed = (Int32(0)..<30).map { number in
            PlanView.Node(.with { ($0.job, $0.cpv) = (number, "dev-libs/library-\(number)") })
        }
        let changed = PlanView.Node(
            .with {
                $0.job = 30
                $0.cpv = "sci-physics/geant-11.3.2-r1"
                $0.slot = "0"
                $0.repository = "hep"
                $0.state = .jobWaiting
                $0.waitsFor = Array(0..<30)
                $0.secondPass = true
                $0.reason = "use(+opengl), dependency-changed(dev-libs/library, dev-qt/qtbase, sci-libs/hdf5)"
            })
        let lines = PlanView(run: 1, jobs: needed + [changed]).lines(width: nil)
        #expect(lines.allSatisfy { $0.width <= 80 })
        #expect(
            Array(lines.dropFirst(30).dropLast(1)).text == """
                30 sci-physics/geant-11.3.2-r1:0::hep (second pass)
                    waiting, use(+opengl), dependency-changed(dev-libs/library, dev-qt/qtbase,
                      sci-libs/hdf5)
                    waits for dev-libs/library-0 dev-libs/library-1 and 28 more

                """)
    }
}
