import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Planning")
struct PlannerTests {
    let planner = Planner(epoch: ContentHasher.digest([1]))

    private func node(
        _ name: String, at index: Int = 0, use: [String] = [], iuse: [String] = [], restrict: [String] = [],
        properties: [String] = []
    ) -> ResolvedGraph.Node {
        ResolvedGraph.Node(
            index: index, cpv: cpv(name), repository: "gentoo", use: use, iuse: iuse, restrict: restrict,
            properties: properties)
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

    @Test("what is published under the same build key is reused, and says where it is")
    func cached() throws {
        let first = try planner.plan(graph("a:", "b: b:a"))
        let record = PublishedRecord(
            cpv: cpv("a"), buildID: 3, path: "cat/a/a-1-3.gpkg.tar",
            package: Blob(digest: ContentHasher.digest([7]), size: 9), buildKey: first.jobs[0].buildKey)
        let second = try Planner(
            epoch: planner.epoch, published: { $0 == record.buildKey ? record : nil },
            expected: { _ in Expectation(duration: 1500) }
        ).plan(graph("a:", "b: b:a"))
        #expect(second.jobs[0].cached == record)
        #expect(second.jobs[0].reason == "cached: cat/a/a-1-3.gpkg.tar")
        #expect(second.jobs[1].cached == nil)
        #expect(second.jobs[1].expected?.duration == 1500)
    }

    @Test("the build key changes with everything that determines the build, and with nothing else")
    func buildKeys() throws {
        func keys(_ change: (inout ResolvedGraph) -> Void = { _ in }, epoch: UInt8 = 1) throws -> [ContentDigest] {
            var graph = graph(
                nodes: [
                    node("a", use: ["x"], iuse: ["x", "y"]), node("b", at: 1), node("c", at: 2),
                ],
                edges: [.init(dependent: 1, dependency: 0, kinds: [kind("b")])])
            change(&graph)
            return try Planner(epoch: ContentHasher.digest([epoch])).plan(graph).jobs.map(\.buildKey)
        }
        let original = try keys()
        func changed(_ keys: [ContentDigest]) -> [Bool] { zip(keys, original).map(!=) }
        #expect(try changed(keys()) == [false, false, false])
        #expect(try changed(keys(epoch: 2)) == [true, true, true])
        #expect(try changed(keys { $0.nodes[0].use = [] }) == [true, true, false], "b's root changes too")
        #expect(try changed(keys { $0.nodes[0].iuse = ["x"] }) == [true, true, false])
        #expect(try changed(keys { $0.nodes[0].slot = "1" }) == [true, true, false])
        #expect(try changed(keys { $0.nodes[0].repository = "hep" }) == [true, true, false])
        #expect(try changed(keys { $0.nodes[0].cpv = cpv("d") }) == [true, true, false])
        #expect(try changed(keys { $0.edges = [] }) == [false, true, false])
        #expect(try changed(keys { $0.nodes[0].use = ["amd64", "x"] }) == [false, false, false])
        #expect(try changed(keys { $0.nodes[0].iuse = ["-y", "+x"] }) == [false, false, false])
    }

    @Test("a graph that cannot be is refused, naming the place")
    func invalid() {
        func edge(_ dependent: Int, _ dependency: Int) -> ResolvedGraph.Edge {
            .init(dependent: dependent, dependency: dependency, kinds: [kind("b")])
        }
        let cases: [(ResolvedGraph, PlanningError)] = [
            (graph(nodes: [node("a", at: 1)]), .misplacedNode(position: 0, index: 1)),
            (graph(nodes: [node("a"), node("a", at: 1)]), .duplicate(cpv("a"), slot: "0", first: 0, second: 1)),
            (graph(nodes: [node("a")], edges: [edge(0, 1)]), .unknownNode(edge: 0, index: 1)),
            (graph(nodes: [node("a")], edges: [edge(-1, 0)]), .unknownNode(edge: 0, index: -1)),
            (graph(nodes: [node("a")], edges: [edge(0, 0)]), .selfEdge(edge: 0, cpv("a"))),
            (graph(nodes: [node("a", iuse: ["x\ny"])]), .invalidText(cpv("a"), field: "IUSE")),
            (graph(nodes: [node("a", use: [""])]), .invalidText(cpv("a"), field: "USE")),
        ]
        for (graph, error) in cases {
            #expect(throws: error) { try planner.plan(graph) }
        }
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
