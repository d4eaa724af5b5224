import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Live ebuilds")
struct LiveTests {
    private var driver = SchedulerDriver()
    private let sketch: ResolvedGraph

    /// Built once, each package with the output "1".
    init() throws {
        var graph = graph("zlib:", "lib: b:zlib", "app: b:lib", "top: b:app")
        graph.nodes[1].properties = ["live"]
        sketch = graph
        _ = driver.connect("one", slots: 4)
        driver.run(1, try Planner(run: RunID(rawValue: 1)).plan(sketch))
        for name in ["zlib", "lib", "app", "top"] { driver.build(name, output: "1") }
    }

    private func plan(_ run: Int64) throws -> Plan {
        try Planner(known: driver.known, run: RunID(rawValue: run)).plan(sketch)
    }

    @Test("each run builds them and says why; what they need is reused")
    func reasons() throws {
        #expect(
            try plan(2).jobs.map(\.reason) == [
                "cached: cat/zlib/zlib-1-1.gpkg.tar", "live", "dependency-changed(cat/lib)",
                "dependency-changed(cat/app)",
            ])
        #expect(try plan(2) == plan(2), "a plan that is made again after a restart is the same")
        #expect(try plan(2).jobs[1].buildKey != plan(3).jobs[1].buildKey)
        #expect(try Planner(run: RunID(rawValue: 2)).plan(sketch).jobs[1].reason == "new")
    }

    @Test("sources that did not change: none of the dependents is built")
    mutating func sameSources() throws {
        driver.run(2, try plan(2))
        #expect(driver.building == ["lib"])
        driver.build("lib", output: "1")
        #expect(driver.states(2) == ["zlib": .cached, "lib": .published, "app": .cached, "top": .cached])
        // And once more, where the dependents were spared before.
        driver.run(3, try plan(3))
        driver.build("lib", output: "1")
        #expect(driver.states(3) == ["zlib": .cached, "lib": .published, "app": .cached, "top": .cached])
    }

    @Test("sources that changed: what sees them is built again")
    mutating func otherSources() throws {
        driver.run(2, try plan(2))
        driver.build("lib", output: "2")
        #expect(driver.building == ["app"])
        driver.build("app", output: "1")
        #expect(driver.states(2)["top"] == .cached)
    }
}
