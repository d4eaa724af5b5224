/// What may be asked for when a run is submitted; farmctl and the coordinator hold to the same.
package enum SubmitLimits {
    package static let priorities: ClosedRange<Int32> = -1000...1000

    /// Whether this names packages to build again: as `PackagePattern` reads them, or `*` for all.
    package static func canForce(_ text: String) -> Bool { text == "*" || (try? PackagePattern(text)) != nil }
}
