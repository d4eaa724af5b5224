import Shared
import Testing

@testable import Worker

/// What a build uses while it runs.
struct UsageGaugeTests {
    /// - Parameters:
    ///   - second: since 1970.
    ///   - began: likewise.
    ///   - cpu: seconds.
    private static func counted(_ second: Int, began: Int = 90, cpu: Int, _ more: String = "") -> CgroupUsage {
        CgroupUsage(
            "began \(began)000000\nat \(second)000000\nusage_usec \(cpu)000000\nmemory.current 4096\n\(more)")
    }

    @Test func `Busy cores are what was used between two counts, at first since the container began`() {
        var gauge = UsageGauge(workInMemory: nil)
        #expect(gauge.usage == nil)
        gauge.take(Self.counted(100, cpu: 7), disk: 1)
        #expect(gauge.usage == Usage(cores: 0.7, memory: 4096, disk: 1))
        gauge.take(Self.counted(110, cpu: 26), disk: 2)
        #expect(gauge.usage == Usage(cores: 1.9, memory: 4096, disk: 2))
    }

    @Test func `Another container counts from the beginning`() {
        var gauge = UsageGauge(workInMemory: nil)
        gauge.take(Self.counted(100, cpu: 50), disk: 0)
        gauge.take(Self.counted(105, began: 101, cpu: 6), disk: 0)
        #expect(gauge.usage?.cores == 1.5)
        gauge.take(Self.counted(107, began: 101, cpu: 7), disk: 0)
        #expect(gauge.usage?.cores == 0.5)
    }

    @Test func `What was counted long ago is not what is used now`() {
        var gauge = UsageGauge(workInMemory: nil)
        let now = ContinuousClock.now
        gauge.take(Self.counted(100, cpu: 7), disk: 1, at: now)
        gauge.take(Self.counted(100, cpu: 7), disk: 1, at: now + .seconds(10))
        #expect(gauge.usage?.memory == 4096)
        gauge.take(CgroupUsage(""), disk: 1, at: now + .seconds(30))
        #expect(gauge.usage == nil)
    }

    @Test func `A work directory in memory counts as far as it can be, and only where there is one`() {
        var inMemory = UsageGauge(workInMemory: 1000)
        inMemory.take(Self.counted(100, cpu: 1, "work_now 300\nwork 900\n"), disk: 0)
        #expect(inMemory.usage?.disk == 300)
        inMemory.take(Self.counted(105, cpu: 1, "work_now 9000000000000000000\n"), disk: 0)
        #expect(inMemory.usage?.disk == 1000)
        var onDisk = UsageGauge(workInMemory: nil)
        onDisk.take(Self.counted(100, cpu: 1, "work_now 9000000000000000000\n"), disk: 7)
        #expect(onDisk.usage?.disk == 7)
    }

    @Test func `What a build forges is no number, or not believed`() {
        var gauge = UsageGauge(workInMemory: nil)
        gauge.take(Self.counted(100, cpu: 5), disk: nil)
        #expect(gauge.usage?.cores == 0.5)
        gauge.take(Self.counted(95, cpu: 6), disk: nil)
        #expect(gauge.usage?.cores == nil, "the clock was set back")
        gauge.take(Self.counted(100, cpu: 2), disk: nil)
        #expect(gauge.usage?.cores == nil, "nothing is used backwards")
        gauge.take(CgroupUsage("began 1\nat 2\nusage_usec \(Int64.max)\nmemory.current \(Int64.max)\n"), disk: nil)
        #expect(gauge.usage?.cores == nil)
        #expect((gauge.usage?.memory ?? 0) < 1 << 50)
        gauge.take(CgroupUsage("began \(Int64.max)\nat 1\nusage_usec 1\n"), disk: nil)
        #expect(gauge.usage == Usage())
    }
}
