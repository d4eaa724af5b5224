package import Shared

/// Why a job is built, reused, skipped, or not yet begun.
package struct WhyView: Equatable, Sendable {
    package var job: JobView
    /// For people, the most important first.
    package var lines: [String]
    /// What it waits for and what is not available yet, in merge order.
    package var waitsFor: [JobView]
    /// What cannot begin before it has ended, in merge order.
    package var waitedForBy: [CPV]
}
