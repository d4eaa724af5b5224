package import Glibc

/// Times and durations as documents have them; 0 on the wire is "not known".
package enum Times {
    /// `2026-11-20T19:55:56Z`: RFC 3339, UTC; nil for 0.
    package static func universal(_ milliseconds: Int64) -> String? {
        guard milliseconds > 0 else { return nil }
        return formatted(milliseconds, "%Y-%m-%dT%H:%M:%SZ") { gmtime_r($0, $1) }
    }

    package static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }

    /// By `strftime`, in the zone of `split`.
    package static func formatted(
        _ milliseconds: Int64, _ format: String,
        _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard split(&seconds, &parts) != nil else { return "?" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension String {
    /// nil for the empty string, which is how the wire says that there is none.
    package var unlessEmpty: String? { isEmpty ? nil : self }
}

extension Int64 {
    package var unlessZero: Int64? { self == 0 ? nil : self }
}
