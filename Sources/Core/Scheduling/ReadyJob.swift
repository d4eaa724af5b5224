import Shared

/// A job for a worker with room. The least is the most urgent: resolving first, then runs of higher priority, then
/// the longest remaining path, then more dependents, then the older run, then the name.
struct ReadyJob: Comparable, Sendable {
    var id: JobID
    var priority: Int32
    var path: Int64
    var dependents: Int
    var nameRank: Int32

    static func < (left: ReadyJob, right: ReadyJob) -> Bool {
        if left.id.isResolving != right.id.isResolving { return left.id.isResolving }
        if left.priority != right.priority { return left.priority > right.priority }
        if left.path != right.path { return left.path > right.path }
        if left.dependents != right.dependents { return left.dependents > right.dependents }
        if left.id.run != right.id.run { return left.id.run < right.id.run }
        return left.nameRank < right.nameRank
    }
}
