import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("What a build waits for")
struct WaitSetTests {
    let planner = Planner()

    private func waits(_ graph: ResolvedGraph) throws -> [String: [String]] {
        let plan = try planner.plan(graph)
        var waits: [String: [String]] = [:]
        for job in plan.jobs { waits[job.cpv.name] = job.waitsFor.map { plan.jobs[Int($0)].cpv.name } }
        return waits
    }

    @Test("build dependencies, and what the base cannot give of what they need at run time")
    func unsatisfied() throws {
        let waits = try waits(graph("a:", "b: r:a", "c: R:a", "x: b:b", "y: b:c", "z: b:x"))
        #expect(waits["x"] == ["a", "b"])
        #expect(waits["y"] == ["c"])
        #expect(waits["z"] == ["x"], "what x needed to be built is not needed to build z")
    }

    @Test("a satisfied run-time dependency counts when the dependent was built against the new one")
    func builtAgainstNew() throws {
        let waits = try waits(graph("lib:", "tool: bR:lib", "x: b:tool"))
        #expect(waits["x"] == ["lib", "tool"])
    }

    @Test("slot-operator and IDEPEND edges are followed, PDEPEND is not")
    func kinds() throws {
        let waits = try waits(graph("s:", "i:", "p:", "d: s:s i:i p:p", "x: b:d"))
        #expect(waits["x"] == ["s", "i", "d"])
    }

    @Test("a package's own run-time dependencies do not delay its build")
    func ownRuntime() throws {
        let plan = try planner.plan(graph("a:", "x: r:a p:y", "y:"))
        #expect(plan.jobs[1].waitsFor == [])
        #expect(plan.jobs[1].runtime == [0, 2])
    }

    @Test("they do where its pkg_preinst may call them, with what they need in turn, but not what the base has")
    func preinst() throws {
        var sketch = graph("a:", "b: r:a", "c:", "user: r:b R:c p:late", "late:")
        sketch.nodes[3].preinstCalls = true
        #expect(try waits(sketch)["user"] == ["a", "b"])
        sketch.nodes[3].preinstCalls = false
        #expect(try waits(sketch)["user"] == [])
    }

    @Test("what stands later in the merge order is taken from the base image")
    func later() throws {
        let plan = try planner.plan(graph("gcc: B:glibc", "glibc: r:libxcrypt", "libxcrypt:", "x: b:glibc"))
        #expect(plan.jobs[0].waitsFor == [])
        #expect(plan.jobs[0].baseEdges == [cpv("glibc")])
        #expect(plan.jobs[3].waitsFor == [1, 2])
    }

    @Test("the base image's copy is named with its own version")
    func olderCopy() throws {
        var sketch = graph("gcc: B:glibc", "glibc:")
        sketch.base = [.init(cpv: try CPV("cat/glibc-0.9"), repository: "gentoo")]
        #expect(try planner.plan(sketch).jobs[0].baseEdges == [try CPV("cat/glibc-0.9")])
    }

    @Test("a run-time cycle ends")
    func runtimeCycle() throws {
        let waits = try waits(graph("a: r:b", "b: r:a", "x: b:a"))
        #expect(waits["x"] == ["a", "b"])
    }

    @Test("a real tree: the figures of PORTAGE.md's table, third row")
    func realTree() throws {
        let real = try RealGraph()
        let plan = try planner.plan(real.graph)
        #expect(plan.jobs.count == 446)
        #expect(plan.jobs.map(\.waitsFor.count).reduce(0, +) == 5188)
        #expect(
            plan.jobs.filter { !$0.baseEdges.isEmpty }.map { "\($0.cpv.name) <- \($0.baseEdges.map(\.name))" } == [
                "xz-utils <- [\"elt-patches\"]", "util-linux <- [\"pam\"]", "zstd <- [\"meson\"]",
                "pam <- [\"libxslt\"]", "gcc <- [\"glibc\"]",
            ])
        var length: [Int] = []
        for job in plan.jobs { length.append(1 + (job.waitsFor.map { length[Int($0)] }.max() ?? 0)) }
        #expect(length.max() == 29)
    }
}
