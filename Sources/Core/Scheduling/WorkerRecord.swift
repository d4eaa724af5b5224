/// What is kept about a worker over restarts, its own and the coordinator's.
package struct WorkerRecord: Equatable, Sendable, Codable {
    /// A person wants nothing more to be leased to it.
    package var drained = false
    package var speed = HostSpeed()
    package var conduct = Conduct()

    package init(drained: Bool = false) { self.drained = drained }
}
