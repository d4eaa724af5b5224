/// A time of day as the shell reads it: milliseconds since 1970.
package struct Instant: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package var description: String { "\(milliseconds) ms" }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    /// Milliseconds later.
    package static func + (instant: Instant, milliseconds: Int64) -> Instant {
        Instant(milliseconds: instant.milliseconds + milliseconds)
    }
    /// Milliseconds between.
    package static func - (left: Instant, right: Instant) -> Int64 { left.milliseconds - right.milliseconds }
}
