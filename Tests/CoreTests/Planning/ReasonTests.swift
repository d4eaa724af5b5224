import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Why a package is built")
struct ReasonTests {
    private let sketch = graph("zlib:", "lib: bR:zlib", "app: b:lib r:zlib", "top: b:app")
    private let other = ContentHasher.digest([9])

    /// Reasons of what is built after a change, without those that only depend on it.
    private func reasons(_ change: (inout ResolvedGraph) throws -> Void) throws -> [String: String] {
        var graph = sketch
        let known = published(try Planner().plan(graph))
        try change(&graph)
        let jobs = try Planner(known: KnownPackages(known)).plan(graph).jobs.filter { $0.cached == nil }
        return Dictionary(uniqueKeysWithValues: jobs.map { ($0.cpv.name, $0.reason) })
    }

    private func reason(_ change: (inout ResolvedGraph) throws -> Void) throws -> String? {
        try reasons(change)["zlib"]
    }

    @Test("each ingredient has its word")
    func words() throws {
        #expect(try reason { $0.nodes[0].cpv = try CPV("cat/zlib-1.1") } == "version(1 -> 1.1)")
        #expect(
            try reason {
                $0.nodes[0].cpv = try CPV("cat/zlib-1.1")
                $0.nodes[0].recipe = other
            } == "version(1 -> 1.1)", "another version has another ebuild")
        #expect(
            try reason {
                $0.nodes[0].iuse = ["foo", "bar"]
                $0.nodes[0].use = ["foo", "bar"]
            } == "use(+bar +foo)")
        #expect(try reason { $0.nodes[0].recipe = other } == "ebuild-changed")
        #expect(try reason { $0.nodes[0].repository = "hep" } == "ebuild-changed")
        #expect(try reason { $0.environments = [["CFLAGS": "-O3"]] } == "flags")
        #expect(try reason { $0.foundation = other } == "base-changed")
        #expect(try reason { $0.nodes[0].slot = "1" } == "new")
        #expect(try reason { _ in } == nil)
        #expect(
            try reason {
                $0.nodes[0].recipe = other
                $0.foundation = other
            } == "ebuild-changed, base-changed")
    }

    @Test("flags that went and came")
    func flags() throws {
        var graph = sketch
        graph.nodes[0].iuse = ["a", "b", "c"]
        graph.nodes[0].use = ["a", "b"]
        let known = published(try Planner().plan(graph))
        graph.nodes[0].use = ["b", "c"]
        #expect(try Planner(known: KnownPackages(known)).plan(graph).jobs[0].reason == "use(+c -a)")
    }

    @Test("a changed dependency is named where it changed, not where it is felt")
    func roots() throws {
        let reasons = try reasons { $0.nodes[0].recipe = other }
        #expect(
            reasons == [
                "zlib": "ebuild-changed", "lib": "dependency-changed(cat/zlib)", "app": "dependency-changed(cat/zlib)",
                "top": "dependency-changed(cat/zlib)",
            ])
    }

    @Test("a dependency that is new to the package, or gone")
    func newDependency() throws {
        let added = try reasons {
            $0.edges.append(.init(dependent: 3, dependency: 1, kinds: [kind("b")]))
        }
        #expect(added == ["top": "dependency-changed(cat/lib)"])
        let gone = try reasons { $0.edges.removeAll { $0.dependent == 3 } }
        #expect(gone == ["top": "dependency-changed(cat/app, cat/zlib)"])
    }

    @Test("three names at most")
    func names() throws {
        var graph = graph("a:", "b:", "c:", "d:", "e:", "x: b:a b:b b:c b:d b:e")
        let known = published(try Planner().plan(graph))
        for place in 0..<5 { graph.nodes[place].recipe = other }
        let plan = try Planner(known: KnownPackages(known)).plan(graph)
        #expect(plan.jobs[5].reason == "dependency-changed(cat/a, cat/b, cat/c and 2 more)")
    }

    @Test("a dependency that was rebuilt in an earlier run is named, not what it was rebuilt for")
    func earlierRun() throws {
        var graph = sketch
        let before = published(try Planner().plan(graph))
        graph.nodes[0].recipe = other
        let later = published(try Planner().plan(graph), at: 2, buildID: 2).prefix(2)
        let plan = try Planner(known: KnownPackages(before + later)).plan(graph)
        #expect(plan.jobs.map { $0.cached != nil } == [true, true, false, false])
        #expect(plan.jobs[2].reason == "dependency-changed(cat/zlib)")
    }
}
