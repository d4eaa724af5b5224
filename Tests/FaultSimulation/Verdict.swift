/// What came of one scenario.
package struct Verdict: Sendable {
    package var problems: [String]
    package var events: Int
    package var counts: [String: Int]
    /// Of the history: equal for equal ones.
    package var fingerprint: UInt64

    package var isSound: Bool { problems.isEmpty }
}

extension FaultSimulation {
    package static func verdict(_ scenario: Scenario, interval: Int? = nil) -> Verdict {
        var simulation = FaultSimulation(scenario, interval: interval)
        let problems = simulation.run()
        return Verdict(
            problems: problems, events: simulation.events,
            counts: simulation.counts.merging(simulation.ledger.counts, uniquingKeysWith: +),
            fingerprint: Dice.mix(scenario.seed ^ Dice.mix(UInt64(simulation.events) ^ UInt64(simulation.now) << 24)))
    }

    /// What is wrong with a seed's scenario, or with a part of it as `simulate-faults` prints one; empty when all is well.
    package static func problems(seed: UInt64, keeping subset: String? = nil) -> [String] {
        var scenario = Scenario(seed: seed)
        if let subset {
            guard let parts = ScenarioSubset(subset) else { return ["'\(subset)' names no parts of a scenario"] }
            scenario = scenario.keeping(parts)
        }
        return verdict(scenario, interval: 1).problems
    }

    /// All that happens in it, line by line.
    package static func trace(_ scenario: Scenario) -> [String] {
        var simulation = FaultSimulation(scenario, interval: 1, isTracing: true)
        let problems = simulation.run()
        return simulation.trace + problems
    }
}
