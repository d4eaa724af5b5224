import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Build cycles")
struct BuildCycleTests {
    private func cycle(_ graph: ResolvedGraph) -> [String]? {
        do {
            _ = try Planner().plan(graph)
            return nil
        } catch .buildCycle(let members, _) {
            return members.map(\.name)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("the base image's copy breaks a cycle, and the plan says of what")
    func satisfied() throws {
        let plan = try Planner().plan(graph("a: B:b", "b: b:a"))
        #expect(plan.jobs[0].baseEdges == [cpv("b")])
    }

    @Test("a cycle without a copy is an error that names it")
    func named() {
        #expect(cycle(graph("other:", "a: b:c", "b: b:a", "c: r:b b:other")) == ["a", "c", "b"])
    }

    @Test("of several cycles the shortest is named, wherever it stands")
    func shortest() {
        #expect(
            cycle(graph("a: b:d", "b: b:a", "c: b:b", "d: b:c", "x: b:y", "y: b:x")) == ["x", "y"],
            "a needs d, c, b; x and y need each other")
        // Two ways back: over f it is shorter.
        #expect(cycle(graph("a: b:e", "b: b:a", "c: b:b", "f: b:a", "e: b:c b:f")) == ["a", "e", "f"])
    }

    @Test("what the image gives at run time closes no circle")
    func runtime() {
        #expect(cycle(graph("a: b:c", "b: b:a", "d: b:b", "c: R:b r:d")) == ["a", "c", "d", "b"])
    }

    @Test("an order that no cycle explains")
    func misordered() {
        #expect(throws: PlanningError.misordered(cpv("a"), needs: cpv("b"))) {
            try Planner().plan(graph("a: b:b", "b:"))
        }
    }

    @Test("the USE changes that would break it are said as package.use has them")
    func breakers() throws {
        var sketch = graph("a: b:c", "b: b:a", "c: b:b")
        sketch.edges[0].use = ["-gui", "+minimal"]
        let error = #expect(throws: PlanningError.self) { try Planner().plan(sketch) }
        #expect(
            error
                == .buildCycle(
                    [cpv("a"), cpv("c"), cpv("b")], breakers: [.init(cpv: cpv("a"), changes: ["+minimal", "-gui"])]))
        let text = try #require(error?.description)
        #expect(text.contains("cat/a-1 needs cat/c-1 needs cat/b-1 needs cat/a-1"))
        #expect(text.hasSuffix("any of these USE changes breaks it: cat/a minimal; cat/a -gui"))
        sketch.edges[0].use = nil
        let other = #expect(throws: PlanningError.self) { try Planner().plan(sketch) }
        #expect(other?.description.contains("add one of them to the image") == true)
    }

    @Test("a large graph that is all wrong is refused in no time")
    func large() {
        let nodes = (0..<1_000).map { ResolvedGraph.Node(index: $0, cpv: cpv("p\($0)"), repository: "gentoo") }
        var edges: [ResolvedGraph.Edge] = []
        for place in 0..<1_000 {
            for step in 1...5 {
                edges.append(.init(dependent: place, dependency: (place + step * step) % 1_000, kinds: [kind("b")]))
            }
        }
        #expect(cycle(graph(nodes: nodes, edges: edges))?.isEmpty == false)
    }
}
