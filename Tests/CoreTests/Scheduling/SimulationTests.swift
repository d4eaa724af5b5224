import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Simulated faults")
struct SimulationTests {
    static let built: Set<JobState> = [.published, .cached]

    /// Two runs that share most of their packages, one of them broken.
    private func simulation(seed: UInt64) throws -> (Simulation, [RunID: [String: Set<JobState>]]) {
        let plans = [
            RunID(rawValue: 1): try plan("a:", "b: a", "c: a", "bad: b", "d: b c", "e: bad", "f: d", "g:", "h: e"),
            RunID(rawValue: 2): try plan("a:", "b: a", "c: a", "d: b c", "i: d", "j:"),
            RunID(rawValue: 3): try plan("g:", "k: g"),
        ]
        var expected: [RunID: [String: Set<JobState>]] = [:]
        for (run, plan) in plans {
            for job in plan.jobs {
                let state: Set<JobState>
                switch job.cpv.name {
                case "bad": state = [.failed]
                case "e", "h": state = [.skipped]
                default: state = Self.built
                }
                expected[run, default: [:]][job.cpv.name] = state
            }
        }
        return (Simulation(seed: seed, plans: plans, broken: ["bad"]), expected)
    }

    @Test("whatever breaks, every job ends as it should, once", arguments: 0..<UInt64(10))
    func seeds(decade: UInt64) throws {
        for seed in (decade * 20)..<(decade * 20 + 20) {
            var (simulation, expected) = try simulation(seed: seed)
            let isDone = simulation.run()
            #expect(isDone, "seed \(seed) after \(simulation.steps) steps")
            #expect(simulation.check(expecting: expected) == [], "seed \(seed)")
        }
    }

    @Test("the same seed gives the same history")
    func deterministic() throws {
        var (first, _) = try simulation(seed: 4)
        var (second, _) = try simulation(seed: 4)
        _ = first.run()
        _ = second.run()
        #expect(first.stored == second.stored)
        #expect(first.steps == second.steps)
    }

    @Test("the simulation does stir: all kinds of faults come up")
    func stirs() throws {
        var counts: [String: Int] = [:]
        for seed in 0..<UInt64(40) {
            var (simulation, _) = try simulation(seed: seed)
            _ = simulation.run()
            counts.merge(simulation.counts, uniquingKeysWith: +)
        }
        for fault in [
            "worker crashes", "lost connections", "coordinator crashes", "full disks", "adopted", "revoked", "refused",
            "accepted",
        ] {
            #expect(counts[fault, default: 0] > 5, "\(fault): \(counts)")
        }
    }
}
