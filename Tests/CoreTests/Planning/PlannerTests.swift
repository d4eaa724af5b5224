import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Planning")
struct PlannerTests {
    let planner = Planner()

    private func node(
        _ name: String, at index: Int = 0, use: [String] = [], iuse: [String] = [], restrict: [String] = [],
        properties: [String] = []
    ) -> ResolvedGraph.Node {
        ResolvedGraph.Node(
            index: index, cpv: cpv(name), repository: "gentoo", use: use, iuse: iuse, restrict: restrict,
            properties: properties)
    }

    @Test("what is to be built again and is not in the plan is an error that says what may be meant")
    func unknownForced() throws {
        let sketch = graph("expat:", "zlib:", "app: b:zlib")
        let error = #expect(throws: PlanningError.self) {
            try Planner(forced: ["cat/expt", "cat/zlib-1", "cat/zlib-2", "sys-apps/nothing-like-it"]).plan(sketch)
        }
        #expect(
            error?.description
                == "to be built again (--force), but not among the packages of this run: cat/expt (did you mean cat/expat?); "
                + "cat/zlib-2 (did you mean cat/zlib-1?); sys-apps/nothing-like-it; "
                + "what the targets do not need has to be a target itself")
        let plan = try Planner(forced: ["cat/expat", "cat/zlib-1"]).plan(sketch)
        #expect(plan.jobs.map(\.isForced) == [true, true, false])
        #expect(try Planner(forced: ["*"]).plan(sketch).jobs.allSatisfy(\.isForced))
    }

    @Test("what is to be built again may be named as an atom, or as a set that was asked for")
    func forcedByPattern() throws {
        var sketch = graph("expat:", "zlib:", "app: b:zlib")
        sketch.nodes[1].requestedBy = ["@hep", "cat/zlib"]
        func forced(_ names: Set<String>) throws -> [Bool] {
            try Planner(forced: names).plan(sketch).jobs.map(\.isForced)
        }
        #expect(try forced(["@hep"]) == [false, true, false])
        #expect(try forced([">=expat-1", "app"]) == [true, false, true])
        #expect(try forced(["cat/*"]) == [true, true, true])
        #expect(throws: PlanningError.self) { try forced(["@world"]) }
        sketch.nodes[2].cpv = try CPV("other/zlib-1")
        #expect(throws: PlanningError.ambiguousForced("zlib", ["cat/zlib", "other/zlib"])) { try forced(["zlib"]) }
        #expect(try forced(["*/zlib"]) == [false, true, true])
    }

    @Test("a job names its flags without defaults, and only those the ebuild knows")
    func flags() throws {
        let plan = try planner.plan(
            graph(nodes: [node("a", use: ["nls", "amd64"], iuse: ["+nls", "-debug", "test"])]))
        #expect(plan.jobs[0].use == ["nls"])
        #expect(plan.jobs[0].iuse == ["debug", "nls", "test"])
        #expect(plan.jobs[0].reason == "new")
    }

    @Test("interactive and fetch-restricted packages are refused by name, live ones are not")
    func refusals() throws {
        let plan = try planner.plan(
            graph(nodes: [
                node("a", properties: ["interactive"]), node("b", at: 1, restrict: ["mirror", "fetch"]),
                node("c", at: 2, properties: ["live"]),
            ]))
        #expect(plan.jobs.map { $0.refusal?.failureClass } == [.refused, .refused, nil])
        #expect(plan.jobs[0].refusal?.reason.contains("cat/a-1") == true)
        #expect(plan.jobs[1].refusal?.reason.contains("RESTRICT=fetch") == true)
    }

    @Test("a graph that cannot be is refused, naming the place")
    func invalid() {
        func edge(_ dependent: Int, _ dependency: Int) -> ResolvedGraph.Edge {
            .init(dependent: dependent, dependency: dependency, kinds: [kind("b")])
        }
        func seen(environment: Int = 0, base: [Int] = []) -> ResolvedGraph {
            var node = node("a")
            node.environment = environment
            node.base = base
            return graph(nodes: [node])
        }
        let cases: [(ResolvedGraph, PlanningError)] = [
            (graph(nodes: [node("a", at: 1)]), .misplacedNode(position: 0, index: 1)),
            (graph(nodes: [node("a"), node("a", at: 1)]), .duplicate(cpv("a"), slot: "0", first: 0, second: 1)),
            (graph(nodes: [node("a")], edges: [edge(0, 1)]), .unknownNode(edge: 0, index: 1)),
            (graph(nodes: [node("a")], edges: [edge(-1, 0)]), .unknownNode(edge: 0, index: -1)),
            (graph(nodes: [node("a")], edges: [edge(0, 0)]), .selfEdge(edge: 0, cpv("a"))),
            (graph(nodes: [node("a", iuse: ["x\ny"])]), .invalidText(cpv("a"), field: "IUSE")),
            (graph(nodes: [node("a", use: [""])]), .invalidText(cpv("a"), field: "USE")),
            (seen(environment: 1), .unknownEnvironment(cpv("a"), position: 0, index: 1)),
            (seen(environment: -1), .unknownEnvironment(cpv("a"), position: 0, index: -1)),
            (seen(base: [0]), .unknownBase(cpv("a"), position: 0, index: 0)),
            (seen(base: [-1]), .unknownBase(cpv("a"), position: 0, index: -1)),
        ]
        for (graph, error) in cases {
            #expect(throws: error) { try planner.plan(graph) }
        }
    }

    @Test("an edge to itself: satisfied by the base, only at run time, or said twice, it harms nobody")
    func selfEdges() throws {
        let plan = try planner.plan(graph("a: B:a r:a", "b: b:a b:a r:a", "c: r:c b:b"))
        #expect(plan.jobs.map(\.baseEdges) == [[cpv("a")], [], []])
        #expect(plan.jobs.map(\.waitsFor) == [[], [0], [0, 1]])
        #expect(plan.jobs[2].runtime == [])
    }

    @Test("more packages than anybody has are refused, not planned")
    func tooMany() {
        let node = node("a")
        let graph = graph(nodes: Array(repeating: node, count: 1_000_001))
        #expect(throws: PlanningError.tooManyNodes(1_000_001, limit: 1_000_000)) { try planner.plan(graph) }
    }

    @Test("an empty graph is an empty plan")
    func empty() throws {
        #expect(try planner.plan(graph(nodes: [])).jobs == [])
    }

    @Test("long chains in which each package needs all before it")
    func large() throws {
        var nodes: [ResolvedGraph.Node] = []
        var edges: [ResolvedGraph.Edge] = []
        for index in 0..<5_000 {
            nodes.append(node("p\(index)", at: index))
            if index >= 100 {
                edges.append(.init(dependent: index, dependency: index - 100, kinds: [kind("b"), kind("r")]))
            }
        }
        let plan = try planner.plan(graph(nodes: nodes, edges: edges))
        #expect(plan.jobs[4_999].waitsFor.count == 49)
    }
}
