import Shared

/// Which attempt fetches which distfile: one at a time for each, however many need it, so that a farm asks upstream once.
struct DistfileFetches {
    private var fetchers: [BLAKE2bDigest: AttemptID] = [:]

    /// Whether this attempt is the one to fetch it: nobody else does, or who did has ended.
    /// - Parameter isLive: whether an attempt still runs.
    mutating func mayFetch(_ digest: BLAKE2bDigest, _ attempt: AttemptID, isLive: (AttemptID) -> Bool) -> Bool {
        fetchers = fetchers.filter { isLive($0.value) }
        if let other = fetchers[digest], other != attempt { return false }
        fetchers[digest] = attempt
        return true
    }

    /// It is there.
    mutating func ended(_ digest: BLAKE2bDigest) { fetchers[digest] = nil }
}
