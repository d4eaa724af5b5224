/// The numbers behind the scheduler's decisions; times in milliseconds.
package struct Policy: Equatable, Sendable {
    /// An attempt not renewed for so long is leased elsewhere.
    package var lease: Int64 = 30_000
    /// What a lease of before a restart gets at least: the time for its worker to notice that the coordinator is back.
    package var restoredLease: Int64 = 90_000
    /// Further attempts after transient failures; `worker-lost` is counted apart, with the same cap.
    package var retries = 5
    /// The first retry waits so long, each further one twice as long as the one before.
    package var firstBackoff: Int64 = 1_000
    package var longestBackoff: Int64 = 60_000
    /// Between looks for room while the storage is full.
    package var storageProbe: Int64 = 10_000
    /// Taken for a build that no earlier one tells about.
    package var defaultDuration: Int64 = 60_000

    /// The defaults, but for what is changed here.
    package init(_ change: (inout Policy) -> Void = { _ in }) { change(&self) }
}
