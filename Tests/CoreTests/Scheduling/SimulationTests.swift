import FaultSimulation
import Testing

/// `make simulate SEEDS=n` runs as many as wanted, in release.
@Suite("Simulated faults")
struct SimulationTests {
    @Test("whatever breaks, every job ends as it should, once", arguments: 0..<UInt64(10))
    func seeds(tenth: UInt64) {
        for seed in (tenth * 200)..<(tenth * 200 + 200) {
            let verdict = FaultSimulation.verdict(Scenario(seed: seed))
            #expect(verdict.isSound, "seed \(seed): \(verdict.problems.joined(separator: "; "))")
        }
    }

    @Test("leases taken over after a restart are kept in the order in which they were given")
    func fewerSlotsAfterRestart() {
        #expect(FaultSimulation.problems(seed: 17546) == [])
    }

    @Test("a host kept free for jobs that are gone, or wait for another run's build, is free for all at once")
    func claimOfNobody() {
        #expect(FaultSimulation.problems(seed: 25553) == [])
    }

    @Test("a host kept free for a job that a bigger host, come back, must take is free for all")
    func claimOfTheBiggest() {
        #expect(FaultSimulation.problems(seed: 30520) == [])
    }

    @Test("a host kept free for a job that failed there, and that another host may take now, is free for all")
    func claimOfTheUnwelcome() {
        #expect(
            FaultSimulation.problems(seed: 617_426, keeping: "w0,1 r0,2,3 p0,3,6,7,8,9 f0,4,7") == [])
    }

    @Test("what was published while a run was planned is not built again for it, although it is replaced already")
    func publishedWhilePlanned() {
        #expect(
            FaultSimulation.problems(
                seed: 518_026, keeping: "w0,1,2,3,5,6,7 r0,2,3,4 p0,1,2,3,4,5,10,13,15,19,24,25,26 f0,5,6,7") == [])
    }

    @Test("the same seed gives the same history")
    func deterministic() {
        for seed in 100..<UInt64(120) {
            #expect(FaultSimulation.trace(Scenario(seed: seed)) == FaultSimulation.trace(Scenario(seed: seed)))
        }
    }

    @Test("the simulation does stir: all kinds of faults come up")
    func stirs() {
        var counts: [String: Int] = [:]
        for seed in 0..<UInt64(300) {
            counts.merge(FaultSimulation.verdict(Scenario(seed: seed), interval: 1_000).counts, uniquingKeysWith: +)
        }
        for fault in [
            "workers died", "disks lost", "connections lost", "lies", "stalls", "goodbyes", "drains", "cancels",
            "coordinator deaths", "full storages", "full disks", "passing failures", "adopted", "revoked", "refused",
            "accepted", "withdrawn", "ended without a build", "packed", "full farms", "memory shared",
            "too big for a host",
        ] {
            #expect(counts[fault, default: 0] > 2, "\(fault): \(counts)")
        }
    }

    @Test("a failing scenario is made as small as what makes it fail")
    func shrinks() {
        let parts = Scenario(seed: 25).parts
        let guilty: Set<ScenarioSubset.Part> = [.worker(0), .run(0), .package(0)]
        let smallest = Shrinker.smallest(of: parts) { guilty.isSubset(of: $0) }
        #expect(Set(smallest) == guilty)
        #expect(ScenarioSubset(parts: smallest).description == "w0 r0 p0")
        #expect(ScenarioSubset("w0 r0 p0") == ScenarioSubset(parts: [.worker(0), .run(0), .package(0)]))
        #expect(ScenarioSubset("x1") == nil)
    }
}
