import Core
import Testing

@testable import Coordinator

/// How workers' hosts stood of late.
struct HostSamplesTests {
    private static func sample(_ second: Int64, load: Double = 1, memory: Int64 = 8, disk: Int64 = 9)
        -> HostSamples.Sample
    {
        .init(at: Instant(milliseconds: second * 1000), load: load, memoryFree: memory, diskFree: disk)
    }

    @Test func `One of a quarter of a minute is kept`() {
        var samples = HostSamples()
        for second in Int64(0)...60 { samples.note(Self.sample(second)) }
        #expect(
            samples.since(Instant(milliseconds: 0), limit: 100).map(\.at.milliseconds) == [
                0, 15000, 30000, 45000, 60000,
            ])
        #expect(samples.since(Instant(milliseconds: 30_001), limit: 100).map(\.at.milliseconds) == [45000, 60000])
    }

    @Test func `Where not all can be told, the worst of each stretch is`() {
        var samples = HostSamples()
        samples.note(Self.sample(0, load: 1, memory: 8, disk: 7))
        samples.note(Self.sample(20, load: 4, memory: 9, disk: 9))
        samples.note(Self.sample(40, load: 2, memory: 3, disk: 9))
        let told = samples.since(Instant(milliseconds: 0), limit: 2)
        #expect(told == [Self.sample(0, load: 4, memory: 8, disk: 7), Self.sample(40, load: 2, memory: 3, disk: 9)])
    }

    @Test func `Of a worker that stays for weeks the last day is kept`() {
        var samples = HostSamples()
        let count = Int64(3 * HostSamples.most) + 7
        for number in 0..<count { samples.note(Self.sample(20 * number)) }
        #expect(samples.samples.count < 2 * HostSamples.most)
        let told = samples.since(Instant(milliseconds: 0), limit: 10_000)
        #expect(told.last?.at.milliseconds == 20_000 * (count - 1))
        #expect(told.count == 86_400 / 20 + 1)
    }

    @Test func `What is not known is neither the best nor the worst`() {
        var samples = HostSamples()
        samples.note(.init(at: Instant(milliseconds: 0), load: nil, memoryFree: 5, diskFree: 0))
        samples.note(.init(at: Instant(milliseconds: 20_000), load: 0, memoryFree: nil, diskFree: 9))
        let told = samples.since(Instant(milliseconds: 0), limit: 1)
        #expect(told == [.init(at: Instant(milliseconds: 0), load: 0, memoryFree: 5, diskFree: 0)])
    }
}
