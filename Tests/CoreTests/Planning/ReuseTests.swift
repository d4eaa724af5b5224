import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Reuse")
struct ReuseTests {
    private func other(_ graph: ResolvedGraph, _ change: (inout ResolvedGraph) -> Void) -> ResolvedGraph {
        var graph = graph
        change(&graph)
        return graph
    }

    private let sketch = graph("lib:", "app: b:lib", "top: b:app")
    private let changed = ContentHasher.digest([9])

    @Test("what is published under the same build key is reused, and says where it is")
    func cached() throws {
        let first = try Planner().plan(sketch)
        let known = published(first)
        let second = try Planner(
            known: KnownPackages(Array(known.prefix(1))), expected: { _ in Expectation(duration: 1500) }
        ).plan(sketch)
        #expect(second.jobs[0].cached == known[0].record)
        #expect(second.jobs[0].reason == "cached: cat/lib/lib-1-1.gpkg.tar")
        #expect(second.jobs[1].cached == nil)
        #expect(second.jobs[1].expected?.duration == 1500)
        let third = try Planner(known: KnownPackages(known)).plan(sketch)
        #expect(third.jobs.allSatisfy { $0.cached != nil && $0.candidates.isEmpty })
    }

    @Test("what another farm has under the same build key is taken over, but for what the own farm has")
    func upstream() throws {
        let there = published(try Planner().plan(sketch))
        var known = KnownPackages(Array(published(try Planner().plan(sketch), buildID: 2).prefix(1)))
        known.add(Array(there.prefix(2)), of: "base")
        known.add(there, of: "other")
        let plan = try Planner(known: known).plan(sketch)
        #expect(plan.jobs.map(\.adoptedFrom) == [nil, "base", "other"])
        #expect(plan.jobs.map { $0.cached?.buildID } == [2, 1, 1])
        #expect(plan.jobs[1].reason == "cached: cat/app/app-1-1.gpkg.tar (from base)")
        let forced = try Planner(known: known, forced: ["cat/app"]).plan(sketch)
        #expect(forced.jobs[1].cached == nil && forced.jobs[1].adoptedFrom == nil)
        let anew = try Planner(known: known).plan(other(sketch) { $0.nodes[1].recipe = changed })
        #expect(anew.jobs.map { $0.cached != nil } == [true, false, false])
    }

    @Test("a dependency that was rebuilt, and looks as before, is no reason to build")
    func cutoffInPlan() throws {
        let before = published(try Planner().plan(sketch)) { _ in "same" }
        let rebuilt = other(sketch) { $0.nodes[0].recipe = changed }
        // Only the library has been built again.
        let lib = published(try Planner().plan(rebuilt), at: 2, buildID: 2) { _ in "same" }[0]
        let plan = try Planner(known: KnownPackages(before + [lib])).plan(rebuilt)
        #expect(plan.jobs.map { $0.cached?.path } == [lib, before[1], before[2]].map(\.record.path))
        #expect(
            plan.jobs[1].reason
                == "cached: cat/app/app-1-1.gpkg.tar (dependencies rebuilt without a visible change)")
        let visible = published(try Planner().plan(rebuilt), at: 2, buildID: 2) { _ in "other" }[0]
        let again = try Planner(known: KnownPackages(before + [visible])).plan(rebuilt)
        #expect(again.jobs.map { $0.cached != nil } == [true, false, false])
    }

    @Test("what may be spared once its dependencies are built carries what it could be")
    func candidates() throws {
        let known = published(try Planner().plan(sketch))
        let plan = try Planner(known: KnownPackages(known)).plan(other(sketch) { $0.nodes[0].recipe = changed })
        #expect(plan.jobs[0].candidates == [], "it changed itself")
        #expect(plan.jobs[1].candidates.map(\.record) == [known[1].record])
        #expect(plan.jobs[1].candidates.map(\.cutoffKey) == [known[1].facts?.cutoffKey])
    }

    @Test("a package without facts is reused by its build key alone")
    func withoutFacts() throws {
        var known = published(try Planner().plan(sketch)) { _ in "same" }
        for place in known.indices { known[place].facts = nil }
        let same = try Planner(known: KnownPackages(known)).plan(sketch)
        #expect(same.jobs.allSatisfy { $0.cached != nil })
        let plan = try Planner(known: KnownPackages(known)).plan(other(sketch) { $0.nodes[0].recipe = changed })
        #expect(plan.jobs.allSatisfy { $0.cached == nil && $0.candidates.isEmpty && $0.reason == "new" })
    }

    @Test("forced packages are built whatever is there")
    func forced() throws {
        let known = KnownPackages(published(try Planner().plan(sketch)))
        func reasons(_ forced: Set<String>) throws -> [String] {
            try Planner(known: known, forced: forced).plan(sketch).jobs.map { $0.cached == nil ? $0.reason : "" }
        }
        #expect(try reasons(["cat/app"]) == ["", "forced", ""])
        #expect(try reasons(["cat/app-1"]) == ["", "forced", ""])
        #expect(try reasons(["*"]) == ["forced", "forced", "forced"])
        #expect(try Planner(forced: ["*"]).plan(sketch).jobs[0].reason == "new, forced")
    }

    @Test("of several packages for one key the newest is taken, and few candidates are carried")
    func newest() throws {
        let old = published(try Planner().plan(sketch), at: 1, buildID: 1)
        let new = published(try Planner().plan(sketch), at: 2, buildID: 2)
        #expect(try Planner(known: KnownPackages(new + old)).plan(sketch).jobs[0].cached == new[0].record)
        var known: [KnownPackage] = []
        for number in 1...20 as ClosedRange<UInt8> {
            let graph = other(sketch) { $0.nodes[0].recipe = ContentHasher.digest([number]) }
            known += published(try Planner().plan(graph), at: Int64(number), buildID: Int32(number))
        }
        let plan = try Planner(known: KnownPackages(known)).plan(sketch)
        #expect(plan.jobs[1].candidates.map(\.record.buildID) == Array((13...20).reversed()))
    }
}
