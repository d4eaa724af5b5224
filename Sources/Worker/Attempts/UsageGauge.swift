internal import Shared

/// What an attempt that runs uses, from what its container counts now and then.
struct UsageGauge: Sendable {
    let directory: AttemptDirectory
    let disk: DiskMeter
    private(set) var usage: Usage?
    private var last = CgroupUsage("")

    init(directory: AttemptDirectory, disk: DiskMeter) {
        self.directory = directory
        self.disk = disk
    }

    /// Blocks for as long as it takes to read a small file.
    mutating func look() { take(directory.using, disk: disk.last) }

    /// - Parameter disk: bytes of the work directory, as they were measured last.
    mutating func take(_ counted: CgroupUsage, disk: Int64) {
        let disk = max(disk, counted.work)
        // Not counted again since the last time; or never, which also an attempt is that has no container yet.
        guard counted.at > 0, counted.at != last.at else {
            usage?.disk = disk
            return
        }
        // Another container counts from the beginning.
        let isFirst = counted.began != last.began
        let time = counted.at - (isFirst ? counted.began : last.at)
        let cpu = counted.cpu - (isFirst ? 0 : last.cpu)
        usage = Usage(
            cores: time > 0 && cpu >= 0 ? Double(cpu) * 1000 / Double(time) : nil, memory: counted.memory, disk: disk)
        last = counted
    }
}
