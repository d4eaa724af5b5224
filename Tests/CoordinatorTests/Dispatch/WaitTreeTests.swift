import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

struct WaitTreeTests {
    private static func tree(_ run: Snapshot.Run, before name: String, atMost limit: Int = 99) throws -> [String] {
        let plan = try #require(run.plan)
        let job = try #require(plan.jobs.first { $0.cpv.name == name })
        return WaitTree(before: job.index, in: run, atMost: limit).entries.map { entry in
            String(repeating: " ", count: Int(entry.depth)) + plan.jobs[Int(entry.job)].cpv.name
        }
    }

    private static func run(_ plan: Plan, published: Set<String> = []) -> Snapshot.Run {
        var driver = SchedulerDriver()
        driver.run(1, plan)
        _ = driver.connect("w", slots: 9)
        for name in plan.jobs.map(\.cpv.name) where published.contains(name) { driver.build(name) }
        return driver.stored.runs[RunID(rawValue: 1)]
            ?? Snapshot.Run(record: .init(request: request(), submitted: driver.now))
    }

    @Test func `A chain is a chain, whatever each of its jobs needs installed`() throws {
        let run = Self.run(try plan("a:", "b: a", "c: a b", "d: a b c"))
        #expect(try Self.tree(run, before: "d") == ["c", " b", "  a"])
        #expect(try Self.tree(run, before: "a") == [])
    }

    @Test func `What several wait for stands once, and what is published not at all`() throws {
        let plan = try plan("a:", "b: a", "c: a", "d: b c")
        #expect(try Self.tree(Self.run(plan), before: "d") == ["b", " a", "c"])
        #expect(try Self.tree(Self.run(plan, published: ["a", "b"]), before: "d") == ["c"])
    }

    @Test func `What finds no room is counted, and what is nearest is shown first`() throws {
        let run = Self.run(try plan("a:", "b: a", "c:", "d: b c"))
        let tree = WaitTree(before: 3, in: run, atMost: 2)
        #expect(try Self.tree(run, before: "d", atMost: 2) == ["b", "c"])
        #expect(tree.total == 3)
    }
}
