import FoundationEssentials
import Glibc

/// What a process keeps in memory, as `/proc/PID/status` tells (proc(5)).
package enum ResidentSize {
    /// The largest so far, bytes; 0 when the process is gone.
    package static func largest(of process: Int32 = getpid()) -> Int64 { field("VmHWM:", process) }

    /// Now, bytes; 0 when the process is gone.
    package static func present(of process: Int32 = getpid()) -> Int64 { field("VmRSS:", process) }

    /// The largest counts from here.
    package static func forgetLargest(of process: Int32 = getpid()) throws {
        try Data("5".utf8).write(to: URL(filePath: "/proc/\(process)/clear_refs"))
    }

    private static func field(_ name: String, _ process: Int32) -> Int64 {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) } ?? 0) << 10
    }
}
