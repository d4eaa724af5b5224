import Documents
import Glibc

/// Durations, sizes and times as people read them.
enum Quantity {
    /// `850 ms`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`.
    static func duration(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(twoDigits(seconds % 60)) s"
        case ..<86400: return "\(seconds / 3600) h \(twoDigits(seconds % 3600 / 60)) min"
        default: return "\(seconds / 86400) d \(twoDigits(seconds % 86400 / 3600)) h"
        }
    }

    /// Of a number that came from elsewhere.
    static func duration(seconds: Double) -> String {
        duration(milliseconds: Int64(seconds.isFinite ? min(max(seconds, 0), 1e12) * 1000 : 0))
    }

    /// `0 B`, `512 B`, `1.5 KiB`, `120 MiB`: three digits are enough.
    static func size(_ bytes: Int64) -> String {
        guard bytes >= 1024 else { return "\(max(0, bytes)) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024
        var unit = 0
        while tenths >= 10240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return tenths < 1000
            ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(tenths / 10) \(units[unit])"
    }

    /// `1.3`; of a number that came from elsewhere.
    static func decimal(_ number: Double) -> String {
        let tenths = Int(number.isFinite ? (min(max(number, 0), 1e6) * 10).rounded() : 0)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `[#####.....]`
    static func bar(_ fraction: Double, width: Int) -> String {
        let filled = Int((min(max(fraction.isFinite ? fraction : 0, 0), 1) * Double(width)).rounded(.down))
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    }

    /// `2026-11-20 19:55:56` in the time zone of whoever looks.
    static func localTime(milliseconds: Int64) -> String {
        Times.formatted(milliseconds, "%Y-%m-%d %H:%M:%S") { localtime_r($0, $1) }
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
