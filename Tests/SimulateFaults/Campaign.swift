// The scenarios' layout hangs on the core's: without this import it is not compiled anew when that changes.
import Core
import FaultSimulation
import Glibc

/// Many seeds on several cores.
struct Campaign: Sendable {
    let seeds: Range<UInt64>
    let cores: Int

    /// What a batch of seeds gave.
    private struct Sum: Sendable {
        var seeds: UInt64 = 0
        var events = 0
        /// Of all that happened, whatever the order of the seeds: equal numbers are equal histories.
        var fingerprint: UInt64 = 0
        var counts: [String: Int] = [:]
        var failing: UInt64?

        mutating func add(_ other: Sum) {
            seeds += other.seeds
            events += other.events
            fingerprint &+= other.fingerprint
            counts.merge(other.counts, uniquingKeysWith: +)
            if let seed = other.failing { failing = min(failing ?? seed, seed) }
        }
    }

    /// - Returns: a seed that fails.
    func run() async -> UInt64? {
        let start = ContinuousClock.now
        var sum = Sum()
        let batch = UInt64(200)
        var next = seeds.lowerBound
        var reported: UInt64 = 0
        await withTaskGroup(of: Sum.self) { group in
            func add() -> Bool {
                guard next < seeds.upperBound, sum.failing == nil else { return false }
                let range = next..<min(next + batch, seeds.upperBound)
                next = range.upperBound
                group.addTask { Self.simulate(range) }
                return true
            }
            for _ in 0..<cores { _ = add() }
            while let result = await group.next() {
                sum.add(result)
                _ = add()
                if sum.seeds - reported >= 50_000 {
                    reported = sum.seeds
                    print(line(sum, start))
                    fflush(nil)
                }
            }
        }
        print(line(sum, start))
        print(sum.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        return sum.failing
    }

    private func line(_ sum: Sum, _ start: ContinuousClock.Instant) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let speed = Double(sum.seeds) / max(seconds, 0.001)
        return "\(sum.seeds) seeds from \(seeds.lowerBound), \(sum.events) events, \(Int(speed)) seeds/s, "
            + "history \(String(sum.fingerprint, radix: 16))" + (sum.failing == nil ? "" : ", one fails")
    }

    private static func simulate(_ range: Range<UInt64>) -> Sum {
        var sum = Sum()
        for seed in range {
            let verdict = FaultSimulation.verdict(Scenario(seed: seed))
            sum.seeds += 1
            sum.events += verdict.events
            sum.fingerprint &+= verdict.fingerprint
            sum.counts.merge(verdict.counts, uniquingKeysWith: +)
            guard verdict.isSound else {
                sum.failing = seed
                return sum
            }
        }
        return sum
    }
}
