/// What a script found that its container uses; see `ShellScript.usage`. Written where the build can write.
struct CgroupUsage: Sendable, Equatable {
    /// Milliseconds; nil where the cgroup does not tell.
    var cpu: Int64?
    /// Bytes, at most until then.
    var peakMemory: Int64 = 0
    /// Bytes then, with file cache.
    private var charged: Int64?
    /// Bytes of it that the kernel drops when something else needs them.
    private var droppable: Int64 = 0
    /// Processes that the kernel killed for exceeding the memory limit.
    var killed: Int64 = 0
    /// Bytes that the work directory in memory held at most.
    var work: Int64 = 0
    /// Bytes that it holds now.
    var workNow: Int64 = 0
    /// Microseconds since 1970 by the host's clock: when this was counted.
    private(set) var at: Int64 = 0
    /// Likewise, of when the container began.
    private(set) var began: Int64 = 0

    /// Bytes that were really in use, as container engines and Kubernetes tell it.
    var memory: Int64? { charged.map { max(0, $0 - droppable) } }

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int64(words[1]), number >= 0 else { continue }
            switch words[0] {
            case "cpuacct/cpuacct.usage": cpu = number / 1_000_000
            case "usage_usec": cpu = number / 1000
            case "memory/memory.max_usage_in_bytes", "memory.peak": peakMemory = number
            case "memory/memory.usage_in_bytes", "memory.current": charged = number
            // In cgroup v1 the one with its children's comes last.
            case "inactive_file", "total_inactive_file": droppable = number
            case "work": work = number
            case "work_now": workNow = number
            case "at": at = number
            case "began": began = number
            case "oom_kill": killed = number
            default: break
            }
        }
    }
}
