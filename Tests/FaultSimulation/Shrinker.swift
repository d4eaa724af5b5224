/// Makes a failing scenario small: drops faults, runs, packages and workers as long as it fails (delta debugging).
package enum Shrinker {
    /// The parts of a failing scenario without which it does not fail in the same way.
    package static func smallest(of scenario: Scenario) -> [ScenarioSubset.Part] {
        func failure(_ parts: [ScenarioSubset.Part]) -> String? {
            let verdict = FaultSimulation.verdict(scenario.keeping(ScenarioSubset(parts: parts)), interval: 1)
            // Numbers differ from case to case.
            return verdict.problems.first.map { String($0.filter { !$0.isNumber }.prefix(60)) }
        }
        guard let wanted = failure(scenario.parts) else { return scenario.parts }
        return smallest(of: scenario.parts) { parts in
            // Without a worker everything waits, rightly.
            let hasWorker = parts.contains { if case .worker = $0 { true } else { false } }
            return hasWorker && failure(parts) == wanted
        }
    }

    /// - Parameter isFailing: whether the scenario with these parts still fails.
    package static func smallest(
        of parts: [ScenarioSubset.Part], limit: Int = 3_000, isFailing: ([ScenarioSubset.Part]) -> Bool
    ) -> [ScenarioSubset.Part] {
        var kept = parts
        var tries = 0
        var size = max(1, kept.count / 2)
        while tries < limit {
            var start = 0
            var hasShrunk = false
            while start < kept.count, tries < limit {
                let end = min(start + size, kept.count)
                let candidate = Array(kept[..<start] + kept[end...])
                tries += 1
                if isFailing(candidate) {
                    kept = candidate
                    hasShrunk = true
                } else {
                    start = end
                }
            }
            if size > 1 {
                size = max(1, size / 2)
            } else if !hasShrunk {
                break
            }
        }
        return kept
    }
}
