/// What may be asked for when a run is submitted; farmctl and the coordinator hold to the same.
package enum SubmitLimits {
    package static let priorities: ClosedRange<Int32> = -1000...1000

    /// Whether this names packages to build again: `cat/pkg`, a cpv, or `*` for all.
    package static func canForce(_ text: String) -> Bool {
        if text == "*" || (try? CPV(text)) != nil { return true }
        // A name without a version is what would be one with a version behind it.
        return text.utf8.count <= 256 && (try? CPV(text + "-0")) != nil
    }
}
