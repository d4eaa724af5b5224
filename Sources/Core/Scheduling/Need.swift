import Shared

/// What a job needs of a host besides a slot and cores; bytes, 0 when not known. Rounded up, so that there are few
/// different needs and jobs of the same one can wait in one queue.
struct Need: Hashable, Sendable {
    private(set) var memory: Int64 = 0
    private(set) var disk: Int64 = 0

    static let nothing = Need()

    private init() {}

    /// What earlier builds used at most, and more where this job has met its end for want of it.
    init(_ expected: Expectation?, after attempts: [Snapshot.Attempt] = []) {
        var memory = expected?.memory ?? 0
        var disk = expected?.disk ?? 0
        for case (.failed(let failure), let used) in attempts.lazy.map({ ($0.record.end, $0.record.resources) }) {
            switch failure.failureClass {
            case .outOfMemory: memory = 2 * max(memory, used?.peakMemory ?? 0)
            case .outOfDisk: disk = max(disk, (used?.disk ?? 0) / 2 * 3)
            default: break
            }
        }
        self.memory = Self.rounded(memory)
        self.disk = Self.rounded(disk)
    }

    /// To four steps for each power of two, from 64 MiB on.
    private static func rounded(_ bytes: Int64) -> Int64 {
        guard bytes > 0 else { return 0 }
        let bytes = min(max(bytes, 1 << 26), 1 << 60)
        let step = Int64(1) << (Int64.bitWidth - 1 - bytes.leadingZeroBitCount - 2)
        return (bytes + step - 1) / step * step
    }
}
