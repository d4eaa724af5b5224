import Testing

@testable import Core

@Suite("Graph files")
struct BuildGraphTests {
    private func read(_ text: String, history: String? = nil) throws -> BuildGraph {
        try BuildGraph(contents: Array(text.utf8), file: "edges", history: history.map { (Array($0.utf8), "history") })
    }

    private func complaint(_ text: String, history: String? = nil) -> String? {
        do {
            _ = try read(text, history: history)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a list of edges, each package behind what it waits for, with what its builds took")
    func edges() throws {
        let graph = try read(
            "dependency\tdependent\nb\tc\na\tb\na\tc\n",
            history: "package\tmake_jobs\twall_ms\tother\na\t1\t5000\tx\nb\t4\t7000\t\n")
        #expect(graph.jobs.map(\.name) == ["a", "b", "c"])
        #expect(graph.jobs.map(\.waitsFor) == [[], [0], [0, 1]])
        #expect(graph.jobs.map(\.cost.wall) == [5000, 7000, 7000])
        #expect(graph.longestPath == 19_000)
    }

    @Test("a resolved graph: only what a build needs is waited for")
    func resolved() throws {
        let graph = try read(
            """
            {"nodes": [{"cpv": "a/a-1", "seconds": 2}, {"cpv": "a/b-1", "seconds": 3}, {"cpv": "a/c-1"}],
             "edges": [{"dependent": 1, "dependency": 0, "kinds": [{"kind": "runtime", "satisfied": false, "optional": false}]},
                       {"dependent": 2, "dependency": 0, "kinds": [{"kind": "buildtime", "satisfied": false, "optional": false}]}]}
            """)
        #expect(graph.jobs.map(\.waitsFor) == [[], [], [0]])
        #expect(graph.jobs.map(\.emergeWaitsFor) == [[], [0], [0]])
        #expect(graph.jobs.map(\.cost.wall) == [2000, 3000, 3000])
    }

    @Test(
        "what is wrong is named with its file and line",
        arguments: [
            ("", "edges: is empty"),
            ("a\tb\n", "edges:1: the first line names no column 'dependency'"),
            ("dependency\tdependent\na\tb\nc\n", "edges:3: has 1 columns, the first line 2"),
            ("dependency\tdependent\na\ta\n", "edges:2: a depends on itself"),
            ("dependency\tdependent\na\t\n", "edges:2: a package has no name"),
            ("dependency\tdependent\na\tb\nb\tc\nc\tb\n", "edges: packages that depend on each other: b, c"),
            ("{\"nodes\": [{\"cpv\": \"a/a-1\"}], \"edges\": [{\"dependent\": 0}]}", "edges: edges[0].dependency"),
            ("{\"nodes\": [{\"cpv\": 3}], \"edges\": []}", "edges: nodes[0].cpv"),
            ("{", "edges: is no graph"),
        ])
    func wrong(text: String, message: String) {
        #expect(complaint(text)?.hasPrefix(message) == true, "\(complaint(text) ?? "nothing")")
    }

    @Test("so is what is wrong in a history, and a compressed file")
    func wrongHistory() {
        let edges = "dependency\tdependent\na\tb\n"
        #expect(
            complaint(edges, history: "package\twall_ms\na\tlong\n")?.hasPrefix("history:2: wall_ms is 'long'") == true)
        #expect(complaint(edges, history: "package\twall_ms\na\t0\n")?.hasPrefix("history:2: ") == true)
        #expect(throws: GraphFileError.self) { try BuildGraph(contents: [0x28, 0xB5, 0x2F, 0xFD, 1], file: "x.zst") }
    }
}
