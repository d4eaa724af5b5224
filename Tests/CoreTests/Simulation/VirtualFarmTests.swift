import Shared
import Testing

@testable import Core

@Suite("Virtual farms")
struct VirtualFarmTests {
    /// Minutes of each job, and what it waits for.
    private func graph(_ jobs: [(minutes: Int64, waitsFor: [Int32])]) -> BuildGraph {
        BuildGraph(
            jobs: jobs.enumerated().map { position, job in
                BuildGraph.Job(
                    name: "job\(position)", waitsFor: job.waitsFor, cost: BuildCost(wall: job.minutes * 60_000))
            })
    }

    private func minutes(_ graph: BuildGraph, slots: [Int32], _ order: JobOrder = .path) throws -> Int64 {
        let hosts = slots.map { VirtualFarm.Host(slots: $0, cores: $0) }
        return try VirtualFarm(graph: graph, hosts: hosts, order: order).run().makespan / 60_000
    }

    @Test("one slot builds one after the other, many slots along the longest path")
    func extremes() throws {
        let graph = graph([(3, []), (5, [0]), (2, [0]), (7, []), (1, [1, 2])])
        #expect(try minutes(graph, slots: [1]) == 18)
        #expect(try minutes(graph, slots: [8]) == 9)
        #expect(try minutes(graph, slots: [2, 2]) == 9)
        #expect(graph.longestPath == 9 * 60_000)
        #expect(graph.lowerBound(slots: 1) == 18 * 60_000)
    }

    @Test("the longest path first is shorter than the merge order")
    func longestPathFirst() throws {
        // A chain of three builds stands behind three that nobody waits for.
        let graph = graph([(4, []), (4, []), (4, []), (1, []), (6, [3]), (6, [4])])
        // 13 would be possible: the slot of the chain's first build is given away before its package is published.
        #expect(try minutes(graph, slots: [2], .path) <= 16)
        #expect(try minutes(graph, slots: [2], .emerge) == 17)
    }

    @Test("learned durations differ from what they were, and the same seed gives the same")
    func learned() throws {
        let jobs = (0..<60).map { (number: Int) -> (minutes: Int64, waitsFor: [Int32]) in
            (Int64(number % 7 + 1), number > 10 ? [Int32(number % 11)] : [])
        }
        let graph = graph(jobs)
        func run(_ seed: UInt64) throws -> VirtualFarm.Outcome {
            try VirtualFarm(graph: graph, hosts: [.init(slots: 3, cores: 3)], durations: .learned, seed: seed).run()
        }
        #expect(try run(1) == run(1))
        #expect(try run(1).makespan >= run(1).lowerBound)
        var noise = LogNormal(seed: 1, sigma: 0.2)
        let factors = (0..<1000).map { _ in noise.next() }.sorted()
        #expect((0.97...1.03).contains(factors[500]))
        #expect((0.77...0.87).contains(factors[160]))
        #expect((1.15...1.28).contains(factors[840]))
    }

    @Test("more cores shorten the part of a build that they share")
    func amdahl() {
        let cost = BuildCost(wall: 10_000, cores: 4, parallelWall: 8_000, parallelCPU: 26_000)
        // serial + parallel / 4 = 8 s and serial + parallel = 26 s: 2 s and 24 s, and 2 s of other stages.
        #expect(cost.parallel == 24_000)
        #expect(cost.wall(with: 4) == 10_000)
        #expect(cost.wall(with: 1) == 28_000)
        #expect(cost.wall(with: 8) == 7_000)
        #expect(BuildCost(wall: 10, cores: 1, parallelWall: 10, parallelCPU: 10).wall(with: 8) == 10)
    }

    @Test("the real graph at 8 slots, where emerge's rule takes three times as long")
    func gentoo() throws {
        let real = try RealGraph()
        let plan = try Planner().plan(real.graph)
        let graph = BuildGraph(
            jobs: zip(plan.jobs, real.seconds).map { job, seconds in
                BuildGraph.Job(
                    name: job.cpv.description, waitsFor: job.waitsFor, cost: BuildCost(wall: Int64(seconds * 1000)))
            })
        let outcome = try VirtualFarm(graph: graph, hosts: [.init(slots: 8, cores: 8)]).run()
        #expect(abs(outcome.makespan - 4_694_000) < 1_000)
        #expect(outcome.utilisation > 0.9)
    }
}
