import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct GraphTests {
    /// A diamond and what follows from it: 3 waits for 1 and 2, which wait for 0, and for 0.
    private static let plan = PlanView(
        run: 12,
        jobs: [
            ("base", [], .jobCached), ("left", [0], .jobLeased), ("right", [0], .jobFailed),
            ("top", [0, 1, 2], .jobWaiting),
        ].enumerated().map { (index: Int, job: (String, [Int32], WireJobState)) in
            .init(
                .with {
                    $0.job = Int32(index)
                    $0.cpv = "cat/\(job.0)-1"
                    $0.waitsFor = job.1
                    $0.state = job.2
                })
        })

    @Test func `States in words and colours, no edge that follows from others, the deciding path bold`() {
        let drawing = GraphDrawing(plan: Self.plan, decidingPath: [1, 3])
        #expect(
            drawing.dot() == #"""
                digraph "run 12" {
                  rankdir=LR;
                  node [shape=box, style=filled, fillcolor=white];
                  j0 [label="cat/base-1\ncached", fillcolor=lightgrey];
                  j1 [label="cat/left-1\nleased", fillcolor=lightblue, penwidth=3];
                  j1 -> j0;
                  j2 [label="cat/right-1\nfailed", fillcolor=salmon];
                  j2 -> j0;
                  j3 [label="cat/top-1\nwaiting", fillcolor=white, penwidth=3];
                  j3 -> j1 [penwidth=3];
                  j3 -> j2;
                }

                """#)
    }

    @Test func `What the base image meets stands behind a dashed edge`() {
        let dot = GraphDrawing(plan: PlanTests.plan).dot()
        #expect(dot.contains(#"b0_0 [label="sys-libs/glibc-2.41", shape=plaintext, style=""];"#))
        #expect(dot.contains("j0 -> b0_0 [style=dashed];"))
    }

    @Test func `Some packages with what they wait for, or with who waits for them`() {
        #expect(Self.plan.needed(by: [1]) == [0, 1])
        #expect(Self.plan.dependents(of: [1]) == [1, 3])
        #expect(Self.plan.dependents(of: [0]) == [0, 1, 2, 3])
        let dot = GraphDrawing(plan: Self.plan, shown: [1, 3]).dot()
        #expect(dot.contains("j3 -> j1;") && !dot.contains("j0") && !dot.contains("j2"))
    }

    @Test func `A name cannot leave its quotes`() {
        let plan = PlanView(run: 1, jobs: [.init(.with { $0.cpv = "a\"]; evil [label=\"\\\n" })])
        #expect(GraphDrawing(plan: plan).dot().contains(#"label="a\"]; evil [label=\"\\\\n\nunknown""#))
    }

    @Test func `Graphviz takes it and makes an SVG document`() async throws {
        let svg = try await Graphviz.svg(GraphDrawing(plan: Self.plan, decidingPath: [1, 3]))
        #expect(svg.contains("<svg") && svg.contains("cat/right") && svg.contains("failed"))
    }

    @Test func `A graph that would take hours is refused with what to do`() async {
        let plan = PlanView(run: 1, jobs: (0..<2000).map { number in .init(.with { $0.job = Int32(number) }) })
        let error = await #expect(throws: FarmctlError.self) { try await Graphviz.svg(GraphDrawing(plan: plan)) }
        #expect(error?.remedy?.contains("farmctl graph PACKAGE") == true)
    }
}
