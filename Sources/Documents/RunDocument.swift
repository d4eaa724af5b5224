package import Shared

package struct RunDocument: Encodable, Sendable, Equatable {
    package let run: Int64
    package let farm: String
    package let targets: [String]
    package let state: String
    package let submittedAt: String?
    package let submittedBy: String?
    package let endedAt: String?
    package let elapsedS: Double?
    /// When it should end.
    package let etaAt: String?
    package let remainingS: Double?
    /// By state; every state is there.
    package let jobs: [String: Int32]
    package let failure: FailureDocument?
    package let resolveError: ResolveErrorDocument?
    /// The first of those that failed.
    package let failed: [JobDocument]

    package init(_ wire: WireRunStatus, now: Int64) {
        run = wire.run
        farm = wire.farm
        targets = wire.targets
        state = wire.state.domain?.rawValue ?? "unknown"
        submittedAt = Times.universal(wire.submittedMs)
        submittedBy = wire.submittedBy.unlessEmpty
        endedAt = Times.universal(wire.endedMs)
        elapsedS =
            wire.submittedMs > 0
            ? Times.seconds(max(0, (wire.endedMs > 0 ? wire.endedMs : now) - wire.submittedMs)) : nil
        let isUnderWay = wire.endedMs == 0 && wire.etaMs > 0
        etaAt = isUnderWay ? Times.universal(wire.etaMs) : nil
        remainingS = isUnderWay ? Times.seconds(max(0, wire.etaMs - now)) : nil
        var counts = wire.jobs
        for state in JobState.allCases where counts[state.rawValue] == nil { counts[state.rawValue] = 0 }
        jobs = counts
        failure = FailureDocument(wire.failure, isPresent: wire.hasFailure)
        resolveError = ResolveErrorDocument(wire.resolveError, isPresent: wire.hasResolveError)
        failed = wire.failed.map { JobDocument($0, now: now) }
    }
}
