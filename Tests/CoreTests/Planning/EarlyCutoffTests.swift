import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Early cutoff")
struct EarlyCutoffTests {
    private var driver = SchedulerDriver()
    private let sketch = graph("lib:", "app: b:lib", "top: b:app", "other: b:lib")

    /// Built once, each package with the output "1".
    init() throws {
        _ = driver.connect("one", slots: 4)
        driver.run(1, try Planner().plan(sketch))
        for name in ["lib", "app", "other", "top"] { driver.build(name, output: "1") }
    }

    /// A run in which the library's ebuild has changed.
    private mutating func changeLibrary(_ run: Int64 = 2, forced: Set<String> = []) throws {
        var graph = sketch
        graph.nodes[0].recipe = ContentHasher.digest([UInt8(run)])
        driver.run(run, try Planner(known: driver.known, forced: forced).plan(graph))
        #expect(driver.building == ["lib"])
    }

    @Test("a library that looks as before: none of its dependents is built, however far behind it they are")
    mutating func sameOutput() throws {
        try changeLibrary()
        driver.build("lib", output: "1")
        #expect(driver.states(2) == ["lib": .published, "app": .cached, "top": .cached, "other": .cached])
        #expect(driver.runState(2) == .succeeded)
        #expect(driver.building == [])
        #expect(
            driver.job("top", run: 2)?.reason
                == "cached: cat/top/top-1-1.gpkg.tar (dependencies rebuilt without a visible change)")
        // The next run finds them by their build keys.
        var graph = sketch
        graph.nodes[0].recipe = ContentHasher.digest([2])
        let plan = try Planner(known: driver.known).plan(graph)
        #expect(plan.jobs.map(\.cached?.path) == ["lib-1-2", "app-1-1", "top-1-1", "other-1-1"].map(path))
        #expect(plan.jobs.map(\.reason) == plan.jobs.map { "cached: \($0.cached?.path ?? "")" })
    }

    private func path(_ file: String) -> String { "cat/\(file.prefix { $0 != "-" })/\(file).gpkg.tar" }

    @Test("a library that looks different: its dependents are built, and those behind them only as far as it is felt")
    mutating func otherOutput() throws {
        try changeLibrary()
        driver.build("lib", output: "2")
        #expect(driver.building == ["app", "other"])
        driver.build("app", output: "1")
        #expect(driver.states(2)["top"] == .cached)
        driver.build("other", output: "2")
        #expect(driver.runState(2) == .succeeded)
    }

    @Test("the way back: what was built with the older output is found again")
    mutating func backAgain() throws {
        try changeLibrary(2)
        driver.build("lib", output: "2")
        driver.build("app", output: "2")
        driver.build("other", output: "2")
        driver.build("top", output: "2")
        try changeLibrary(3)
        driver.build("lib", output: "1")
        #expect(driver.states(3) == ["lib": .published, "app": .cached, "top": .cached, "other": .cached])
        #expect(driver.job("app", run: 3)?.reason.contains("app-1-1.gpkg.tar") == true)
    }

    @Test("an output that is not known spares nothing")
    mutating func unknown() throws {
        try changeLibrary()
        driver.build("lib")
        #expect(driver.building == ["app", "other"])
    }

    @Test("forced packages are built all the same")
    mutating func forced() throws {
        try changeLibrary(forced: ["cat/app"])
        driver.build("lib", output: "1")
        #expect(driver.building == ["app"])
        #expect(driver.states(2)["other"] == .cached)
        #expect(driver.states(2)["top"] == .waiting)
        driver.build("app", output: "1")
        #expect(driver.states(2)["top"] == .cached)
    }

    @Test("a coordinator that was killed while the library was built spares the same")
    mutating func restart() throws {
        try changeLibrary()
        driver.finish("lib")
        driver.restart()
        _ = driver.connect("one", slots: 4)
        driver.publish("lib", output: "1")
        driver.restart()
        #expect(driver.states(2) == ["lib": .published, "app": .cached, "top": .cached, "other": .cached])
    }

    @Test("a dependency that fails takes its dependents with it, though they need not be built")
    mutating func failure() throws {
        try changeLibrary()
        driver.finish("lib", .failure(Failure(.buildFailed, "no")))
        #expect(driver.states(2) == ["lib": .failed, "app": .skipped, "top": .skipped, "other": .skipped])
    }

    @Test("a chain of three thousand ends at once")
    mutating func chain() throws {
        var lines = ["p0:"]
        for number in 1..<3_000 { lines.append("p\(number): b:p\(number - 1)") }
        var graph = graph(lines)
        let known = published(try Planner().plan(graph)) { _ in "same" }
        graph.nodes[0].recipe = ContentHasher.digest([9])
        var scheduler = SchedulerDriver()
        _ = scheduler.connect("one")
        var plan = try Planner(known: KnownPackages(known)).plan(graph)
        // The invariants are looked at after each event: once is enough.
        #expect(plan.jobs.filter { $0.cached == nil }.count == 3_000)
        plan.jobs[0].cached = known[0].record
        let effects = scheduler.run(1, plan)
        #expect(effects.count > 3_000)
        #expect(scheduler.runState(1) == .succeeded)
    }
}
