import FoundationEssentials
import Glibc

/// What this process uses (proc(5)).
struct ProcessUsage: Sendable {
    /// Bytes.
    var residentMemory: Int64
    var cpuSeconds: Double
    var openFiles: Int
    /// Seconds since 1970.
    var startTime: Double

    /// nil when the kernel does not tell.
    static func now() -> ProcessUsage? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"),
            let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
                .flatMap({ Double($0.dropFirst(6)) })
        else { return nil }
        // The program's name, in parentheses, may have anything in it.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard fields.count > 22, ticks > 0, let user = Double(fields[12]), let kernel = Double(fields[13]),
            let start = Double(fields[20]), let pages = Int64(fields[22])
        else { return nil }
        return ProcessUsage(
            residentMemory: pages * Int64(sysconf(Int32(_SC_PAGESIZE))), cpuSeconds: (user + kernel) / ticks,
            openFiles: files.count, startTime: boot + start / ticks)
    }
}
