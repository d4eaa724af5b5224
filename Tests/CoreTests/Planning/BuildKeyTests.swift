import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Build keys")
struct BuildKeyTests {
    /// b is built with a; c with b, and sees something of the image; d stands alone.
    private func base() -> ResolvedGraph {
        var graph = graph("a:", "b: bR:a", "c: b:b", "d:")
        graph.nodes[0].use = ["amd64", "x"]
        graph.nodes[0].iuse = ["x", "y"]
        graph.environments = [["CFLAGS": "-O2"], ["CFLAGS": "-O3"]]
        graph.base = ["perl", "zlib"].map {
            ResolvedGraph.BasePackage(cpv: cpv($0), repository: "gentoo", digest: digest($0))
        }
        graph.nodes[2].base = [0]
        return graph
    }

    private func digest(_ text: String) -> ContentDigest { ContentHasher.digest(Array(text.utf8)) }

    private func keys(_ graph: ResolvedGraph) throws -> [String: ContentDigest] {
        Dictionary(uniqueKeysWithValues: try Planner().plan(graph).jobs.map { ($0.cpv.name, $0.buildKey) })
    }

    /// The packages whose keys a change changes.
    private func changed(_ change: (inout ResolvedGraph) -> Void) throws -> String {
        var other = base()
        change(&other)
        let (before, after) = (try keys(base()), try keys(other))
        return before.keys.filter { before[$0] != after[$0] }.sorted().joined()
    }

    @Test("every ingredient changes the key of the package and of all that are built with it")
    func ingredients() throws {
        #expect(try changed { _ in } == "")
        #expect(try changed { $0.nodes[0].cpv = try! CPV("cat/a-2") } == "abc")
        #expect(try changed { $0.nodes[0].slot = "1" } == "abc")
        #expect(try changed { $0.nodes[0].repository = "hep" } == "abc")
        #expect(try changed { $0.nodes[0].use = ["amd64"] } == "abc")
        #expect(try changed { $0.nodes[0].use = ["x", "y"] } == "abc")
        #expect(try changed { $0.nodes[0].recipe = digest("other") } == "abc")
        #expect(try changed { $0.nodes[0].environment = 1 } == "abc")
        #expect(try changed { $0.environments[0]["LDFLAGS"] = "" } == "abcd")
        #expect(try changed { $0.foundation = digest("other") } == "abcd")
        #expect(try changed { $0.base[0].digest = digest("other") } == "c")
        #expect(try changed { $0.nodes[2].base = [0, 1] } == "c")
        #expect(try changed { $0.edges.removeFirst() } == "bc", "what the root gets")
    }

    @Test("a flag that is new in IUSE and off changes nothing; neither do implicit flags and defaults")
    func newFlag() throws {
        #expect(try changed { $0.nodes[0].iuse = ["x", "y", "new"] } == "")
        #expect(try changed { $0.nodes[0].iuse = ["-y", "+x"] } == "")
        #expect(try changed { $0.nodes[0].use = ["x", "elibc_glibc"] } == "")
        #expect(try changed { $0.nodes[0].iuse = ["x", "amd64"] } == "abc", "a flag that is new and on does")
    }

    @Test("another ebuild changes the keys of its package and of those built with it alone")
    func unrelated() throws {
        for (name, place) in [("a", 0), ("b", 1), ("c", 2), ("d", 3)] {
            let changed = try changed { $0.nodes[place].recipe = digest("a comment") }
            #expect(changed == ["a": "abc", "b": "bc", "c": "c", "d": "d"][name])
        }
        #expect(try changed { $0.base[1].digest = digest("nobody sees it") } == "")
        #expect(try changed { $0.base[0].isSystem = true } == "c", "now the foundation answers for it")
    }

    @Test("in which order packages, edges, environments and the image's packages are named does not matter")
    func order() throws {
        #expect(try changed { $0.edges.reverse() } == "")
        #expect(try changed { $0.edges += $0.edges } == "")
        #expect(
            try changed {
                $0.environments.swapAt(0, 1)
                for place in $0.nodes.indices { $0.nodes[place].environment = 1 }
            } == "")
        #expect(
            try changed {
                $0.base.swapAt(0, 1)
                $0.nodes[2].base = [1]
            } == "")
        // d at the front.
        #expect(
            try changed { graph in
                let last = graph.nodes.removeLast()
                graph.nodes.insert(last, at: 0)
                for place in graph.nodes.indices { graph.nodes[place].index = place }
                for place in graph.edges.indices {
                    graph.edges[place].dependent += 1
                    graph.edges[place].dependency += 1
                }
            } == "")
    }

    @Test("an installed package that the root gets a new one of is not seen")
    func replaced() throws {
        let change: (inout ResolvedGraph) -> Void = { graph in
            graph.base.append(.init(cpv: try! CPV("cat/b-0"), repository: "gentoo", digest: digest("old b")))
        }
        #expect(try changed(change) == "")
        #expect(
            try changed { graph in
                change(&graph)
                graph.nodes[2].base = [0, 2]
            } == "")
    }

    @Test("a package that is built against the image's copy of a later one has that copy in its key")
    func baseEdge() throws {
        func keys(_ text: String) throws -> [ContentDigest] {
            var graph = graph("gcc: B:glibc", "glibc:")
            graph.base = [.init(cpv: try CPV("cat/glibc-0"), repository: "gentoo", digest: digest(text))]
            return try Planner().plan(graph).jobs.map(\.buildKey)
        }
        #expect(try keys("one")[0] != keys("two")[0])
        #expect(try keys("one")[1] == keys("two")[1])
    }

    @Test("lists that look alike when written one behind the other have different keys")
    func boundaries() throws {
        var keys = BuildKeys()
        let none = Ingredients(recipe: digest(""), environment: digest(""), base: digest(""))
        let own = [["ab", "c"], ["a", "bc"], ["abc"], []].map {
            keys.own(cpv("a"), slot: "0", repository: "r", use: $0, none)
        }
        #expect(Set(own).count == 4)
        #expect(keys.deep(own: own[0], dependencies: []) != keys.cutoff(own: own[0], outputs: []))
    }
}
