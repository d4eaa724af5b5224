/// Number of a run; given out by the coordinator, from 1.
package struct RunID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
    package var description: String { String(rawValue) }
    package static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }
}

/// One job of one run.
package struct JobID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let run: RunID
    /// Index into the run's plan; `resolving` is the run's resolving itself.
    package let index: Int32

    package init(run: RunID, index: Int32) {
        self.run = run
        self.index = index
    }

    /// The index that stands for resolving the run.
    package static let resolvingIndex: Int32 = -1
    package static func resolving(_ run: RunID) -> JobID { JobID(run: run, index: resolvingIndex) }
    package var isResolving: Bool { index == Self.resolvingIndex }
    package var description: String { isResolving ? "\(run)/resolve" : "\(run)/\(index)" }
}

/// Orders all leases that a coordinator ever gave; only grows, over restarts too.
package struct Fence: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package var description: String { String(rawValue) }
    package static func < (left: Fence, right: Fence) -> Bool { left.rawValue < right.rawValue }
}

/// One lease of a job to a worker.
package struct AttemptID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let job: JobID
    package let fence: Fence

    package init(job: JobID, fence: Fence) {
        self.job = job
        self.fence = fence
    }

    package var description: String { "\(job)#\(fence)" }
}

/// Name of a worker: the name of its key.
package struct WorkerName: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
    package static func < (left: WorkerName, right: WorkerName) -> Bool { left.rawValue < right.rawValue }
}
