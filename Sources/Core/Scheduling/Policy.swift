/// The numbers behind the scheduler's decisions; times in milliseconds, sizes in bytes.
package struct Policy: Equatable, Sendable {
    /// An attempt not renewed for so long is leased elsewhere.
    package var lease: Int64 = 30_000
    /// What a lease of before a restart gets at least: the time for its worker to notice that the coordinator is back.
    package var restoredLease: Int64 = 90_000
    /// Further attempts after each kind of passing failure; `Retry` tells what counts how.
    package var retries = 5
    /// The first retry waits so long, each further one twice as long as the one before.
    package var firstBackoff: Int64 = 1_000
    package var longestBackoff: Int64 = 60_000
    /// Between looks for room while the storage is full.
    package var storageProbe: Int64 = 10_000
    /// Taken for a build that no earlier one tells about.
    package var defaultDuration: Int64 = 60_000
    /// Take the place of the remaining paths of a run's jobs: a virtual farm compares with other orders. nil in a coordinator.
    package var priorities: [Int64]?

    /// Of equally good workers the one that has the most of what a job needs gets it.
    package var prefersLocality = true

    /// How a host's cores are divided among its builds.
    package var cores = Cores.shared
    package enum Cores: Equatable, Sendable {
        /// By need, see `CoreShare`.
        case shared
        /// Each build gets its slot's share.
        case fixed
    }
    /// Taken for the part of a build that cores share, where its history does not tell: of 1.
    package var parallelPart = 0.6
    /// No build gets so many cores that they would be used less than this, of 1; one on which the end of its run hangs
    /// may waste more of them.
    package var efficiency = 0.7
    package var criticalEfficiency = 0.3

    /// Taken for the memory of a build that no earlier one tells about, but no more than its slot's share of the host.
    package var unknownMemory: Int64 = 1 << 30
    /// Earlier builds that are said to have used less disk tell nothing: before there was this workers measured too late.
    package var tellingDisk: Int64 = 1 << 16
    /// A work directory in memory gets at least so much.
    package var leastWorkInMemory: Int64 = 1 << 26
    /// A job that finds room nowhere for so long has a host kept free for it.
    package var patience: Int64 = 600_000

    /// A build may take so many times the time that is expected of it, at least `shortestTimeLimit`, and never more than
    /// the farm's own limit.
    package var timeLimitFactor: Int64 = 10
    package var shortestTimeLimit: Int64 = 1_800_000

    /// A host's speed is learned from builds that are expected to take at least so long.
    package var tellingDuration: Int64 = 5_000

    /// A worker is set aside after so many different jobs in a row that failed by its fault, or that failed there and
    /// were built elsewhere.
    package var strikes = 3
    /// The first time a worker is set aside, it is for so long, each further time twice as long as before.
    package var firstAside: Int64 = 300_000
    package var longestAside: Int64 = 14_400_000
    /// So many good builds make up for one time of being set aside.
    package var goodBuilds = 20

    /// The defaults, but for what is changed here.
    package init(_ change: (inout Policy) -> Void = { _ in }) { change(&self) }
}
