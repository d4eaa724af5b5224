internal import Shared

/// What an attempt that runs uses, from what its container counts now and then.
struct UsageGauge: Sendable {
    /// Bytes of its work directory in memory at most; nil when that is on the disk.
    let workInMemory: Int64?
    private(set) var usage: Usage?
    private var last = CgroupUsage("")
    /// When something new was counted last.
    private var counted = ContinuousClock.now

    /// What was counted so long ago is not what is used now: another container has not begun to count.
    private static let patience = Duration.seconds(20)
    /// No build has more: what it writes itself is believed as far as it can be.
    private static let mostMemory = HostFacts.memory > 0 ? HostFacts.memory : .max

    init(workInMemory: Int64?) { self.workInMemory = workInMemory }

    /// - Parameters:
    ///   - found: by the script in the container.
    ///   - disk: bytes of the work directory on the disk, as they were measured last.
    mutating func take(_ found: CgroupUsage, disk: Int64?, at now: ContinuousClock.Instant = .now) {
        guard found.at > 0, found.at != last.at else {
            if counted.duration(to: now) > Self.patience { usage = nil }
            return
        }
        counted = now
        // Another container counts from the beginning.
        let isFirst = found.began != last.began
        let time = found.at - (isFirst ? found.began : last.at)
        let cpu = found.cpu.map { $0 - (isFirst ? 0 : last.cpu ?? 0) }
        usage = Usage(
            cores: cpu.flatMap { time > 0 && $0 >= 0 ? (Double($0) * 1000 / Double(time)).countedCores : nil },
            memory: found.memory.map { min($0, Self.mostMemory) },
            disk: workInMemory.flatMap { found.workNow > 0 ? min(found.workNow, $0) : nil } ?? disk)
        last = found
    }
}
