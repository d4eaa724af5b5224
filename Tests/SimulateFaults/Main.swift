import Core
import FaultSimulation
import Glibc

/// Simulates many seeds on all cores, or as many as `JOBS` says, and shows the first one that fails, made small.
@main
enum SimulateFaults {
    static let usage = """
        usage: simulate-faults SEEDS [FIRST]          simulate that many seeds; JOBS=n takes n cores
               simulate-faults trace SEED [PARTS]     all that happens in one, or in a part of it, such as "w0 r0 p1,4 f3"

        """

    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.count >= 2, words[0] == "trace", let seed = UInt64(words[1]) {
            let parts = words.dropFirst(2).joined(separator: " ")
            return trace(Scenario(seed: seed), parts)
        }
        let numbers = words.compactMap { UInt64($0) }
        guard (1...2).contains(words.count), numbers.count == words.count, numbers[0] > 0 else {
            print(usage)
            exit(2)
        }
        let first = numbers.count > 1 ? numbers[1] : 0
        let cores = getenv("JOBS").flatMap { Int(String(cString: $0)) } ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let campaign = Campaign(seeds: first..<first + numbers[0], cores: max(1, cores))
        guard let failing = await campaign.run() else { return }
        explain(failing)
        exit(1)
    }

    private static func trace(_ scenario: Scenario, _ parts: String) {
        guard let subset = ScenarioSubset(parts) else {
            print(usage)
            exit(2)
        }
        let chosen = subset.parts.isEmpty ? scenario : scenario.keeping(subset)
        for line in chosen.lines + FaultSimulation.trace(chosen) { print(line) }
    }

    private static func explain(_ seed: UInt64) {
        let scenario = Scenario(seed: seed)
        let parts = Shrinker.smallest(of: scenario)
        let subset = ScenarioSubset(parts: parts)
        let smallest = scenario.keeping(subset)
        print("\nseed \(seed) fails; of its \(scenario.parts.count) parts, \(parts.count) are enough:")
        for line in smallest.lines { print("  " + line) }
        print("what happens (the last 60 lines; all: simulate-faults trace \(seed) \"\(subset)\"):")
        for line in FaultSimulation.trace(smallest).suffix(60) { print("  " + line) }
        print("as a test, for Tests/CoreTests/Scheduling/SimulationTests.swift:")
        print(
            "  @Test func seed\(seed)() { #expect(FaultSimulation.problems(seed: \(seed), keeping: \"\(subset)\") == []) }"
        )
    }
}
