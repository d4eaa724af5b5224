/// Where a run stands.
package enum RunState: String, Sendable, Codable, CaseIterable {
    case resolving, building, succeeded, failed, cancelled

    package var isEnd: Bool {
        switch self {
        case .resolving, .building: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}

/// Where a job stands. The raw value is what the database, farmctl and JSON show.
package enum JobState: String, Sendable, Codable, CaseIterable {
    /// For other jobs.
    case waiting
    /// For a worker with room.
    case ready
    case leased
    /// Built; its package is checked and joins the binhost.
    case publishing
    case published
    /// A valid binpkg was there before.
    case cached
    case failed
    /// Something it waits for failed.
    case skipped
    case cancelled

    package var isEnd: Bool {
        switch self {
        case .waiting, .ready, .leased, .publishing: false
        case .published, .cached, .failed, .skipped, .cancelled: true
        }
    }
    /// Dependents may install its package.
    package var isAvailable: Bool { self == .published || self == .cached }
}

/// What a worker is doing for an attempt.
package enum Phase: String, Sendable, Codable, CaseIterable {
    case fetchingImage = "fetching-image"
    case fetchingPackages = "fetching-packages"
    case fetchingDistfiles = "fetching-distfiles"
    case preparingRoot = "preparing-root"
    case building
    /// It is built, and installed before it is offered: another build may begin in its slot.
    case trial
    case offering
    case resolving
    case makingImage = "making-image"
}
