import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

/// Several packages at once: of a run with `cat/app` and `other/app`, `cat/lib` that failed, and a set.
struct JobFilterTests {
    private static func run() throws -> (RunID, Snapshot.Run) {
        var sketch = graph("lib:", "app: b:lib", "tool:", "twin:")
        sketch.nodes[3].cpv = try CPV("other/app-2")
        sketch.nodes[1].requestedBy = ["@hep"]
        sketch.nodes[2].requestedBy = ["@hep", "cat/tool"]
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 4)
        driver.run(1, try Planner().plan(sketch))
        driver.finish("lib", .failure(Failure(.buildFailed, "does not compile")))
        let id = RunID(rawValue: 1)
        return (id, try #require(driver.stored.runs[id]))
    }

    private func jobs(_ packages: [String], _ states: [WireJobState] = []) throws -> [Int32] {
        let (id, run) = try Self.run()
        return try JobFilter(packages, states).jobs(of: id, run)
    }

    @Test func `Names, atoms, sets and states, each once and in the run's order`() throws {
        #expect(try jobs([]) == [0, 1, 2, 3])
        #expect(try jobs(["tool", "@hep", "cat/lib"]) == [0, 1, 2])
        #expect(try jobs([">=cat/app-1", "*/app"]) == [1, 3])
        #expect(try jobs([], [.jobFailed, .jobSkipped]) == [0, 1])
        #expect(try jobs(["@hep"], [.jobSkipped]) == [1])
    }

    @Test func `A name alone is one package's`() throws {
        let refusal = #expect(throws: Refusal.self) { try jobs(["app"]) }
        #expect(refusal?.code == .invalid)
        #expect(refusal?.message == "'app' is 2 packages in run 1")
        #expect(refusal?.remedy == "say which: cat/app, other/app")
    }

    @Test func `Each name must mean something; a set is looked for among what runs were asked for`() throws {
        let typo = #expect(throws: Refusal.self) { try jobs(["tool", "tol"]) }
        #expect(typo?.message == "no package 'tol' in run 1")
        #expect(typo?.remedy.hasPrefix("did you mean cat/tool") == true)
        let set = #expect(throws: Refusal.self) { try jobs(["@hpe"]) }
        #expect(set?.code == .notFound)
        #expect(set?.remedy.contains("run 1 was asked for") == true)
        let state = #expect(throws: Refusal.self) { try jobs(["tool"], [.jobFailed]) }
        #expect(state?.message.hasPrefix("cat/tool-1 is in run 1, but not failed: it is ") == true)
    }

    @Test func `What is no name, and a state of a later version, are refused`() {
        let name = #expect(throws: Refusal.self) { try JobFilter(["a b"], []) }
        #expect(name?.code == .invalid)
        #expect(name?.message.contains("at column 2") == true)
        #expect(throws: Refusal.self) { try JobFilter([], [.UNRECOGNIZED(99)]) }
        #expect(throws: Refusal.self) { try JobFilter([], [.unspecified]) }
        #expect(throws: Refusal.self) { try JobFilter(Array(repeating: "a", count: 1001), []) }
    }
}
