import Shared

/// Whether a build's work directory is in memory: where history tells that it is small for what its host has to spare.
struct WorkInMemory: Equatable, Sendable {
    /// Bytes that it may take.
    let size: Int64

    /// - Parameters:
    ///   - expected: what earlier builds used.
    ///   - attempts: earlier ones of the job.
    ///   - reserved: memory that the build itself gets.
    ///   - freeSlots: of the worker, with the one that it takes.
    init?(
        _ expected: Expectation?, after attempts: [Snapshot.Attempt], reserved: Int64, at worker: WorkerState,
        freeSlots: Int, _ policy: Policy
    ) {
        guard let used = expected?.disk, used >= policy.tellingDisk, worker.memory > 0 else { return nil }
        // It has shown that it is not as it was.
        let isOdd = attempts.contains { [.outOfMemory, .outOfDisk].contains($0.record.failureClass) }
        // A new version may need more.
        let size = max(policy.leastWorkInMemory, 2 * used)
        // The other slots are to find room for builds that nothing is known of.
        let others = policy.unknownMemory * Int64(max(0, freeSlots - 1))
        guard !isOdd, size <= worker.memory / 4, worker.freeMemory() - reserved - others >= size else { return nil }
        self.size = size
    }
}
