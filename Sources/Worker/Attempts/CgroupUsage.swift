/// What a script's cgroup counted; see `ShellScript.usage`.
struct CgroupUsage: Sendable, Equatable {
    /// Milliseconds.
    var cpu: Int64 = 0
    /// Bytes.
    var peakMemory: Int64 = 0
    /// Processes that the kernel killed for exceeding the memory limit.
    var killed: Int64 = 0
    /// Bytes that the work directory in memory held at most.
    var work: Int64 = 0

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int64(words[1]), number >= 0 else { continue }
            switch words[0] {
            case "cpuacct/cpuacct.usage": cpu = number / 1_000_000
            case "usage_usec": cpu = number / 1000
            case "memory/memory.max_usage_in_bytes", "memory.peak": peakMemory = number
            case "work": work = number
            case "oom_kill": killed = number
            default: break
            }
        }
    }
}
