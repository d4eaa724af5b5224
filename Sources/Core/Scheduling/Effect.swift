package import Shared

/// What the core tells the shell to do. All `persist` of one `handle` are committed in one transaction before anything
/// else of it is carried out; the rest goes in order, but that what is told to workers, each in order, and publishing come
/// last.
package enum Effect: Equatable, Sendable {
    case persist(Change)
    indirect case assign(WorkerName, Assignment)
    /// The end of the attempt is committed, or will never be taken: the worker may forget it.
    case settle(WorkerName, AttemptID, accepted: Bool, reason: String)
    /// The worker ends the attempt; nothing is expected back.
    case revoke(WorkerName, AttemptID, reason: String)
    /// Answers a Hello; what it held besides `adopted` has been given up.
    case welcome(WorkerName, adopted: [AttemptID])
    /// Read the resolve document, plan, and answer with `planned` or `planningFailed`. May come again after a restart.
    indirect case plan(AttemptID, RunID, Blob)
    /// Check the package and publish it, and answer with `published`, `publicationRefused` or `storageFull`. May come
    /// again after a restart or a full disk: publishing the same package again is no second publication.
    indirect case publish(Publication)
    /// Take these packages out of the farm's binhost; none is wanted any more. May come again.
    case withdraw(farm: String, paths: [String])
    /// See whether there is room for packages again, and answer with `storageAvailable` or `storageFull`.
    case probeStorage
    /// Send a `tick` at this time; replaces the earlier wish.
    case wake(at: Instant)
    /// For the log: what a person wants to know.
    case note(String)
}

/// A lease as it is sent to the worker.
package struct Assignment: Equatable, Sendable {
    package var attempt: AttemptID
    package var farm: String
    package var image: Blob
    package var work: Work

    package enum Work: Equatable, Sendable {
        case resolve(ResolveTask)
        case build(BuildTask)
        case image(ImageTask)
    }
}

/// What is to be published, and what it must be.
package struct Publication: Equatable, Sendable {
    package var attempt: AttemptID
    package var farm: String
    package var package: Blob
    package var format: BinpkgFormat
    package var cpv: CPV
    package var slot: String
    package var repository: String
    package var use: [String]
    package var iuse: [String]
    package var restrict: [String]
    package var buildID: Int32
    package var buildKey: ContentDigest
}
