/// How many of a host's free cores a job gets.
///
/// The jobs that will begin there now share them. All get the same, unless the run's end hangs on its longest path rather
/// than on the amount of work: then a job gets as much more as its remaining path is longer than the others'. None gets
/// more than it can use, and one that is not on it leaves one for each of the others.
struct CoreShare: Equatable, Sendable {
    /// Not given to a running build.
    var freeCores: Int32
    var freeSlots: Int
    /// Ready jobs and free slots everywhere, this one included.
    var readyJobs: Int
    var allFreeSlots: Int
    /// Remaining path of the job, and the mean of all ready jobs'.
    var path: Int64
    var meanPath: Int64
    /// The path is longer than all remaining work divided by all cores: it decides when the run ends.
    var isCritical: Bool
    /// That the job can use.
    var usefulCores: Int32

    var cores: Int32 {
        let others = otherJobsHere
        let equal = Int64(freeCores) / Int64(others + 1)
        var share = equal
        if isCritical, meanPath > 0, path > meanPath {
            share = Int64(Double(equal) * min(1024, Double(path) / Double(meanPath)))
        }
        let most = isCritical ? Int64(freeCores) : Int64(freeCores) - Int64(others)
        return Int32(max(1, min(share, most, Int64(usefulCores))))
    }

    /// Those of the other ready jobs that will begin on this host, when they spread over all free slots.
    private var otherJobsHere: Int {
        let spread = (readyJobs * freeSlots + allFreeSlots - 1) / max(1, allFreeSlots)
        return max(0, min(freeSlots, spread) - 1)
    }
}
