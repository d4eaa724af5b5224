import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Second pass")
struct SecondPassTests {
    private let cycle = graph("gcc: B:glibc", "tool: b:gcc", "glibc: b:gcc b:tool", "app: b:gcc b:glibc")

    /// `gcc gcc' …` with what each waits for.
    private func shape(_ plan: Plan) -> [String] {
        func name(_ place: Int32) -> String {
            let job = plan.jobs[Int(place)]
            return job.cpv.name + (job.replaces == nil ? "" : "'")
        }
        return plan.jobs.map { job in ([name(job.index) + ":"] + job.waitsFor.map(name)).joined(separator: " ") }
    }

    @Test("a package built against the base is built again behind what it lacked; later dependents use that")
    func shape() throws {
        let plan = try Planner(secondPass: true).plan(cycle)
        #expect(
            shape(plan) == [
                "gcc:", "tool: gcc", "glibc: gcc tool", "gcc': glibc", "app: glibc gcc'",
            ])
        #expect(plan.jobs.map(\.replaces) == [nil, nil, nil, 0, nil])
        #expect(plan.jobs.map(\.baseEdges) == [[cpv("glibc")], [], [], [], []])
        #expect(plan.jobs[0].buildKey != plan.jobs[3].buildKey)
        let without = try Planner().plan(cycle)
        #expect(shape(without) == ["gcc:", "tool: gcc", "glibc: gcc tool", "app: gcc glibc"])
        #expect(without.jobs[0].buildKey == plan.jobs[0].buildKey)
    }

    @Test("a package that bootstraps itself is built with itself")
    func itself() throws {
        let plan = try Planner(secondPass: true).plan(graph("rust: B:rust", "app: b:rust"))
        #expect(shape(plan) == ["rust:", "rust': rust", "app: rust'"])
    }

    @Test("a second job stands behind the second jobs of what it lacked")
    func chain() throws {
        let plan = try Planner(secondPass: true).plan(graph("a: B:b", "b: B:c", "c: b:a", "d: b:a b:b"))
        #expect(shape(plan) == ["a:", "b:", "c: a", "b': c", "a': b'", "d: b' a'"])
    }

    @Test("a real tree: nothing that stays published was built against an older copy of what the plan has")
    func realTree() throws {
        let real = try RealGraph()
        let plan = try Planner(secondPass: true).plan(real.graph)
        #expect(plan.jobs.count == 451)
        let replaced = Set(plan.jobs.compactMap(\.replaces))
        let names = Set(plan.jobs.map(\.cpv))
        for job in plan.jobs where !replaced.contains(job.index) {
            #expect(job.baseEdges.allSatisfy { !names.contains($0) }, "\(job.cpv)")
        }
        // No root gets two of the same.
        for job in plan.jobs { #expect(Set(job.waitsFor.map { plan.jobs[Int($0)].cpv }).count == job.waitsFor.count) }
        try runTwice(real.graph)
    }

    @Test("random graphs: the same, and the second run builds nothing", arguments: 1...40 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func number(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let count = 4 + number(below: 12)
        let nodes = (0..<count).map { ResolvedGraph.Node(index: $0, cpv: cpv("p\($0)"), repository: "gentoo") }
        var edges: [ResolvedGraph.Edge] = []
        for _ in 0..<(3 * count) {
            let (dependent, dependency) = (number(below: count), number(below: count))
            let isLater = dependency >= dependent
            let letter = ["b", "r", "R", "B"][number(below: 4)]
            guard letter == letter.uppercased() || !isLater || letter == "r" else { continue }
            edges.append(.init(dependent: dependent, dependency: dependency, kinds: letter.map(kind)))
        }
        var graph = graph(nodes: nodes, edges: edges)
        graph.base = nodes.map { .init(cpv: $0.cpv, repository: "gentoo", digest: ContentHasher.digest([1])) }
        for place in graph.nodes.indices where number(below: 2) == 0 {
            graph.nodes[place].base = [number(below: count)]
        }
        let plan = try Planner(secondPass: true).plan(graph)
        let replaced = Set(plan.jobs.compactMap(\.replaces))
        for job in plan.jobs where !replaced.contains(job.index) { #expect(job.baseEdges == []) }
        try runTwice(graph)
    }

    /// Builds a plan, takes what was replaced out, and plans again.
    private func runTwice(_ graph: ResolvedGraph) throws {
        let plan = try Planner(secondPass: true).plan(graph)
        let replaced = Set(plan.jobs.compactMap(\.replaces))
        let known = published(plan).enumerated().filter { !replaced.contains(Int32($0.offset)) }.map(\.element)
        let again = try Planner(known: KnownPackages(known), secondPass: true).plan(graph)
        #expect(again.jobs.allSatisfy { $0.cached != nil })
        for job in again.jobs { if let first = job.replaces { #expect(again.jobs[Int(first)].cached == job.cached) } }
    }

    @Test("when a dependent of the first job is built again, so is the first job")
    func bootstrap() throws {
        let plan = try Planner(secondPass: true).plan(cycle)
        let known = published(plan).enumerated().filter { $0.offset != 0 }.map(\.element)
        var changed = cycle
        changed.nodes[1].recipe = ContentHasher.digest([9])
        let again = try Planner(known: KnownPackages(known), secondPass: true).plan(changed)
        #expect(again.jobs.map { $0.cached != nil } == [false, false, false, false, false])
        #expect(again.jobs[1].reason == "ebuild-changed")
        #expect(again.jobs[3].reason == "dependency-changed(cat/glibc)")
        #expect(again.jobs[0].reason == again.jobs[3].reason, "it is a stage of the second job")
        // Only what the second job is not built with.
        var leaf = graph("gcc: B:glibc", "tool: b:gcc", "glibc: b:gcc", "app: b:gcc b:glibc")
        let before = published(try Planner(secondPass: true).plan(leaf)).enumerated().filter { $0.offset != 0 }
        leaf.nodes[1].recipe = ContentHasher.digest([9])
        let after = try Planner(known: KnownPackages(before.map(\.element)), secondPass: true).plan(leaf)
        #expect(after.jobs.map { $0.cached != nil } == [false, false, true, true, true])
        #expect(after.jobs[0].reason == "bootstrap")
    }

    @Test("the first package is withdrawn when the run has ended and no other run of the farm goes on")
    func withdrawal() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("one")
        driver.run(1, try Planner(secondPass: true).plan(cycle))
        for name in ["gcc", "tool", "glibc", "gcc"] { driver.build(name, output: "1") }
        #expect(driver.withdrawn == [])
        _ = driver.connect("two")
        driver.submit(2)
        driver.build("app", output: "1")
        #expect(driver.runState(1) == .succeeded)
        #expect(driver.withdrawn == [], "run 2 may still want it")
        driver.send(.cancelRun(RunID(rawValue: 2)))
        driver.forget("two")
        #expect(driver.withdrawn == ["cat/gcc/gcc-1-1.gpkg.tar"])
        driver.withdrawn = []
        driver.restart()
        #expect(driver.withdrawn == ["cat/gcc/gcc-1-1.gpkg.tar"], "the last coordinator may have died over it")
        // Again: nothing is built, and what was withdrawn is not taken for published.
        _ = driver.connect("one")
        driver.run(3, try Planner(known: driver.known, secondPass: true).plan(cycle))
        #expect(driver.runState(3) == .succeeded)
        #expect(driver.building == [])
        driver.run(4, try Planner(known: driver.known).plan(cycle))
        #expect(driver.states(4)["gcc"] == .leased, "without a second pass the first package is what is wanted")
    }

    @Test("what was withdrawn is not used again because another run had used it, too")
    func withdrawnFromBoth() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("one")
        driver.run(1, try Planner(secondPass: true).plan(cycle))
        driver.build("gcc", output: "1")
        driver.run(2, try Planner(known: driver.known).plan(cycle))
        #expect(driver.states(2)["gcc"] == .cached)
        for name in ["tool", "glibc", "gcc", "app"] { driver.build(name, output: "1") }
        driver.build("app", output: "2")
        #expect(driver.runState(1) == .succeeded)
        #expect(driver.runState(2) == .succeeded)
        #expect(driver.withdrawn == ["cat/gcc/gcc-1-1.gpkg.tar"])
        driver.run(3, try Planner(known: driver.known).plan(cycle))
        #expect(driver.states(3)["gcc"] == .leased)
    }

    @Test("a first package stays when the second one does not build")
    func failed() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("one")
        driver.run(1, try Planner(secondPass: true).plan(cycle))
        for name in ["gcc", "tool", "glibc"] { driver.build(name, output: "1") }
        driver.finish("gcc", .failure(Failure(.buildFailed, "no")))
        #expect(driver.runState(1) == .failed)
        #expect(driver.withdrawn == [])
    }
}
