import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("The image's own packages, packed")
struct CoverageTests {
    private func sketch() throws -> ResolvedGraph {
        var graph = graph("a:", "b: b:a")
        graph.base = [
            .init(cpv: try CPV("cat/a-0"), repository: "gentoo"),
            .init(cpv: try CPV("cat/a-0.5"), slot: "1", repository: "gentoo"),
            .init(
                cpv: try CPV("sys-libs/glibc-2.40"), slot: "2.2", repository: "gentoo", use: ["amd64", "ssp"],
                iuse: ["+ssp", "-doc"], digest: ContentHasher.digest([1]), isSystem: true),
        ]
        return graph
    }

    @Test("a job for each that no job replaces; it waits for nothing")
    func jobs() throws {
        let plan = try Planner(packsBase: true).plan(try sketch())
        #expect(plan.jobs.map(\.cpv.description) == ["cat/a-1", "cat/b-1", "cat/a-0.5", "sys-libs/glibc-2.40"])
        #expect(plan.jobs.map(\.packs) == [false, false, true, true])
        #expect(plan.jobs.map(\.index) == [0, 1, 2, 3])
        #expect(plan.jobs[3].waitsFor == [])
        #expect(plan.jobs[3].use == ["ssp"])
        #expect(plan.jobs[3].iuse == ["doc", "ssp"])
        #expect(plan.jobs[3].slot == "2.2")
        #expect(try Planner().plan(try sketch()).jobs.count == 2)
    }

    @Test("it is packed again when it is another one, and not otherwise")
    func reuse() throws {
        let known = KnownPackages(published(try Planner(packsBase: true).plan(try sketch())))
        let same = try Planner(known: known, packsBase: true).plan(try sketch())
        #expect(same.jobs.allSatisfy { $0.cached != nil })
        var other = try sketch()
        other.base[2].digest = ContentHasher.digest([2])
        let plan = try Planner(known: known, packsBase: true).plan(other)
        #expect(plan.jobs.map { $0.cached != nil } == [true, true, true, false])
        #expect(plan.jobs[3].reason == "base-changed")
        other.base[2].cpv = try CPV("sys-libs/glibc-2.41")
        #expect(
            try Planner(known: known, packsBase: true).plan(other).jobs[3].reason
                == "version(2.40 -> 2.41), base-changed")
    }

    @Test("its worker is told to pack")
    func task() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("one", slots: 4)
        driver.run(1, try Planner(packsBase: true).plan(try sketch()))
        #expect(driver.task("glibc")?.pack == true)
        #expect(driver.assigned.count == 3)
        for case .build(let task) in driver.assigned.map(\.assignment.work) where task.cpv.version == "1" {
            #expect(!task.pack)
        }
    }

    @Test("a base package that cannot be part of a command line is refused by name")
    func invalid() throws {
        var graph = try sketch()
        graph.base[1].slot = "1 2"
        #expect(throws: PlanningError.invalidText(graph.base[1].cpv, field: "slot")) {
            try Planner(packsBase: true).plan(graph)
        }
    }
}
