// The enumerations of the wire and of the domain, side by side. A value that this version does not know becomes nil.

extension FailureClass {
    package var wire: WireFailureClass {
        switch self {
        case .buildFailed: .buildFailed
        case .dependencyMissing: .dependencyMissing
        case .fetchFailed: .fetchFailed
        case .workerLost: .workerLost
        case .transferFailed: .transferFailed
        case .outOfMemory: .outOfMemory
        case .outOfDisk: .outOfDisk
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .refused: .refused
        case .resolveFailed: .resolveFailed
        case .invalidPackage: .invalidPackage
        }
    }
}

extension WireFailureClass {
    package var domain: FailureClass? { FailureClass.allCases.first { $0.wire == self } }
}

extension BinpkgFormat {
    package var wire: WireBinpkgFormat {
        switch self {
        case .gpkg: .gpkg
        case .xpak: .xpak
        }
    }
}

extension WireBinpkgFormat {
    package var domain: BinpkgFormat? {
        // Coordinators of before there was a choice say nothing.
        self == .unspecified ? .gpkg : BinpkgFormat.allCases.first { $0.wire == self }
    }
}

extension Phase {
    package var wire: WirePhase {
        switch self {
        case .fetchingImage: .fetchingImage
        case .fetchingPackages: .fetchingPackages
        case .fetchingDistfiles: .fetchingDistfiles
        case .preparingRoot: .preparingRoot
        case .building: .building
        case .offering: .offering
        case .resolving: .resolving
        case .trial: .trial
        case .makingImage: .makingImage
        }
    }
}

extension WirePhase {
    package var domain: Phase? { Phase.allCases.first { $0.wire == self } }
}

extension JobState {
    package var wire: WireJobState {
        switch self {
        case .waiting: .jobWaiting
        case .ready: .jobReady
        case .leased: .jobLeased
        case .publishing: .jobPublishing
        case .published: .jobPublished
        case .cached: .jobCached
        case .failed: .jobFailed
        case .skipped: .jobSkipped
        case .cancelled: .jobCancelled
        }
    }
}

extension WireJobState {
    package var domain: JobState? { JobState.allCases.first { $0.wire == self } }
}

extension RunState {
    package var wire: WireRunState {
        switch self {
        case .resolving: .runResolving
        case .building: .runBuilding
        case .succeeded: .runSucceeded
        case .failed: .runFailed
        case .cancelled: .runCancelled
        }
    }
}

extension WireRunState {
    package var domain: RunState? { RunState.allCases.first { $0.wire == self } }
}
