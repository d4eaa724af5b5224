package import Shared

package struct JobDocument: Encodable, Sendable, Equatable {
    package struct Usage: Encodable, Sendable, Equatable {
        package let wallS: Double
        package let cpuS: Double
        package let peakMemoryBytes: Int64
        package let diskBytes: Int64
    }

    /// What an attempt that runs uses, as its worker said last; nil is not known.
    package struct Now: Encodable, Sendable, Equatable {
        /// Busy on average over some seconds.
        package let coresBusy: Double?
        package let memoryBytes: Int64?
        package let diskBytes: Int64?
    }

    package let run: Int64
    /// Index into the run's plan; -1 is the run's resolving.
    package let job: Int32
    package let cpv: String
    package let state: String
    package let worker: String?
    package let phase: String?
    package let startedAt: String?
    package let endedAt: String?
    /// Of the attempt that runs or ran last.
    package let elapsedS: Double?
    package let expectedS: Double?
    package let attempts: Int32
    package let failure: FailureDocument?
    /// Why it is built, cached or skipped.
    package let reason: String?
    /// Why it does not run now; nil when it runs or has ended.
    package let waitsBecause: String?
    /// Given to the attempt that runs or ran last.
    package let cores: Int32?
    package let resources: Usage?
    package let usesNow: Now?
    package let waitingFor: [String]

    /// - Parameter now: milliseconds since 1970 by the coordinator's clock, where it told.
    package init(_ wire: WireJobStatus, now: Int64) {
        run = wire.run
        job = wire.job
        cpv = wire.cpv
        state = wire.state.domain?.rawValue ?? "unknown"
        worker = wire.worker.unlessEmpty
        phase = wire.phase.domain?.rawValue
        startedAt = Times.universal(wire.startedMs)
        endedAt = Times.universal(wire.endedMs)
        let isOver = wire.endedMs > 0
        let isUnderWay = wire.state == .jobLeased || wire.state == .jobPublishing
        elapsedS =
            wire.startedMs > 0 && (isOver || isUnderWay)
            ? Times.seconds(max(0, (isOver ? wire.endedMs : now) - wire.startedMs)) : nil
        expectedS = wire.expectedMs.unlessZero.map(Times.seconds)
        attempts = wire.attempts
        failure = FailureDocument(wire.failure, isPresent: wire.hasFailure)
        reason = wire.reason.unlessEmpty
        waitsBecause = wire.waitsBecause.unlessEmpty
        cores = wire.cores > 0 ? wire.cores : nil
        resources =
            wire.hasResources
            ? Usage(
                wallS: Times.seconds(wire.resources.wallMs), cpuS: Times.seconds(wire.resources.cpuMs),
                peakMemoryBytes: wire.resources.peakMemory, diskBytes: wire.resources.disk) : nil
        let usage = wire.usage.domain()
        usesNow =
            wire.hasUsage
            ? Now(coresBusy: usage.cores, memoryBytes: usage.memory, diskBytes: usage.disk) : nil
        waitingFor = wire.waitingFor
    }
}
