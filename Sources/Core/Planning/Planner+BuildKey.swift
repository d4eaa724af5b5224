import Shared

extension Planner {
    /// Digest of all that determines the build's result: the image, the ebuild in it, the flags, what its root gets.
    ///
    /// `earlier` holds at least the jobs that it waits for. No text of a node has a blank or a line break in it, so
    /// different inputs never give the same text.
    func buildKey(of job: PlannedJob, among earlier: [PlannedJob]) -> ContentDigest {
        var hasher = ContentHasher()
        func line(_ words: [String]) { hasher.update(Array((words.joined(separator: " ") + "\n").utf8)) }
        line(["binfarm build key 1"])
        line(["epoch", epoch.hex])
        line(["package", job.cpv.description, job.slot, job.repository])
        line(["use"] + job.use)
        line(["iuse"] + job.iuse)
        line(["root"] + job.waitsFor.map { earlier[Int($0)].buildKey.hex }.sorted())
        return hasher.finish()
    }
}
