import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("What a package needs when it runs")
struct RuntimeClosureTests {
    private func needed(by name: String, in plan: Plan) throws -> [String] {
        let job = try #require(plan.jobs.first { $0.cpv.name == name })
        let closure = RuntimeClosure(of: job.index, in: plan)
        return plan.jobs.filter { closure.contains($0.index) }.map(\.cpv.name)
    }

    @Test("through all that it needs in turn, whatever the build needs besides")
    func transitive() throws {
        let plan = try Planner().plan(
            graph("a:", "b: r:a", "tool: r:a", "header:", "x: br:b b:tool b:header p:late", "late:"))
        #expect(try needed(by: "x", in: plan) == ["a", "b", "late"])
        #expect(try needed(by: "a", in: plan) == [])
    }

    @Test("a run-time cycle ends, also in a plan of more jobs than a word has bits")
    func cycle() throws {
        let more = (0..<100).map { "n\($0):" }
        let plan = try Planner().plan(graph(more + ["a: r:b", "b: r:a", "x: r:a"]))
        #expect(try needed(by: "x", in: plan) == ["a", "b"])
        #expect(try needed(by: "a", in: plan) == ["a", "b"])
    }

    @Test("of a package that is built twice, both")
    func secondPass() throws {
        let plan = try Planner(secondPass: true).plan(graph("gcc: BR:glibc", "x: r:gcc", "glibc:"))
        #expect(
            try needed(by: "x", in: plan).filter { $0 == "gcc" }.count
                == plan.jobs.filter { $0.cpv.name == "gcc" }.count)
    }
}
