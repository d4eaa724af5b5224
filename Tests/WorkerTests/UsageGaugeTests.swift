import Shared
import SystemPackage
import Testing

@testable import Worker

/// What a build uses while it runs.
struct UsageGaugeTests {
    private static func gauge() -> UsageGauge {
        let directory = AttemptDirectory(path: "/nowhere")
        return UsageGauge(directory: directory, disk: DiskMeter(directory.work))
    }

    /// - Parameters:
    ///   - second: since 1970.
    ///   - began: likewise.
    ///   - cpu: seconds.
    private static func counted(_ second: Int, began: Int = 90, cpu: Int) -> CgroupUsage {
        CgroupUsage(
            "began \(began)000000\nat \(second)000000\nusage_usec \(cpu)000000\nmemory.current 4096\n")
    }

    @Test func `Busy cores are what was used between two counts, at first since the container began`() {
        var gauge = Self.gauge()
        #expect(gauge.usage == nil)
        gauge.take(Self.counted(100, cpu: 7), disk: 1)
        #expect(gauge.usage == Usage(cores: 0.7, memory: 4096, disk: 1))
        gauge.take(Self.counted(110, cpu: 26), disk: 2)
        #expect(gauge.usage == Usage(cores: 1.9, memory: 4096, disk: 2))
        gauge.take(Self.counted(110, cpu: 26), disk: 3)
        #expect(gauge.usage == Usage(cores: 1.9, memory: 4096, disk: 3), "not counted again since")
    }

    @Test func `Another container counts from the beginning`() {
        var gauge = Self.gauge()
        gauge.take(Self.counted(100, cpu: 50), disk: 0)
        gauge.take(Self.counted(105, began: 101, cpu: 6), disk: 0)
        #expect(gauge.usage?.cores == 1.5)
        gauge.take(Self.counted(107, began: 101, cpu: 7), disk: 0)
        #expect(gauge.usage?.cores == 0.5)
    }

    @Test func `What is not there, or makes no sense, tells nothing`() {
        var gauge = Self.gauge()
        gauge.take(CgroupUsage(""), disk: 9)
        #expect(gauge.usage == nil)
        gauge.take(Self.counted(100, cpu: 5), disk: 0)
        gauge.take(Self.counted(95, cpu: 6), disk: 0)
        #expect(gauge.usage?.cores == nil, "the clock was set back")
        gauge.take(Self.counted(100, cpu: 2), disk: 0)
        #expect(gauge.usage?.cores == nil, "nothing is used backwards")
        gauge.take(CgroupUsage("at -1\nusage_usec x\n"), disk: 0)
        #expect(gauge.usage?.cores == nil)
    }
}
