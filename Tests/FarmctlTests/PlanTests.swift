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
                    $0.baseEdges = ["built against the base image's \"glibc\""]
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
                0 dev-libs/expat-2.5.0:0::hep cached, cached: dev-libs/expat/expat-2.5.0-1.gpkg.tar
                    built against the base image's "glibc"
                1 sci-physics/hepmc-3.1.2:3::hep waiting, new
                    waits for dev-libs/expat-2.5.0
                2 jobs, 1 cached

                """)
    }

    @Test func `The graph for dot`() {
        #expect(
            Self.plan.dot() == #"""
                digraph "run 12" {
                  rankdir=LR;
                  node [shape=box, style=filled, fillcolor=white];
                  j0 [label="dev-libs/expat-2.5.0", fillcolor=lightgrey];
                  b0_0 [label="built against the base image's \"glibc\"", shape=plaintext, style=""];
                  j0 -> b0_0 [style=dashed];
                  j1 [label="sci-physics/hepmc-3.1.2", fillcolor=white];
                  j1 -> j0;
                }

                """#)
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
                      "reason" : "new",
                      "repository" : "hep",
                      "runtime" : [
                        0
                      ],
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
                  "run" : 12
                }

                """)
    }
}
