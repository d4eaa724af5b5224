/// A time of day as the shell reads it: milliseconds since 1970.
struct Instant: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    var milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    var description: String { "\(milliseconds) ms" }

    static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    /// Milliseconds later.
    static func + (instant: Instant, milliseconds: Int64) -> Instant {
        Instant(milliseconds: instant.milliseconds + milliseconds)
    }
    /// Milliseconds between.
    static func - (left: Instant, right: Instant) -> Int64 { left.milliseconds - right.milliseconds }
}
