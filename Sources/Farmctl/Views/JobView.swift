import Shared

struct JobView: Encodable, Sendable, Equatable {
    struct Usage: Encodable, Sendable, Equatable {
        let wallS: Double
        let cpuS: Double
        let peakMemoryBytes: Int64
        let diskBytes: Int64
    }

    let run: Int64
    /// Index into the run's plan; -1 is the run's resolving.
    let job: Int32
    let cpv: String
    let state: String
    let worker: String?
    let phase: String?
    let startedAt: String?
    let endedAt: String?
    /// Of the attempt that runs or ran last.
    let elapsedS: Double?
    let expectedS: Double?
    let attempts: Int32
    let failure: FailureView?
    /// Why it is built, cached or skipped.
    let reason: String?
    /// Why it does not run now; nil when it runs or has ended.
    let waitsBecause: String?
    /// Given to the attempt that runs or ran last.
    let cores: Int32?
    let resources: Usage?
    let waitingFor: [String]

    /// - Parameter now: milliseconds since 1970 by the coordinator's clock, where it told.
    init(_ wire: WireJobStatus, now: Int64) {
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
        failure = FailureView(wire.failure, isPresent: wire.hasFailure)
        reason = wire.reason.unlessEmpty
        waitsBecause = wire.waitsBecause.unlessEmpty
        cores = wire.cores > 0 ? wire.cores : nil
        resources =
            wire.hasResources
            ? Usage(
                wallS: Times.seconds(wire.resources.wallMs), cpuS: Times.seconds(wire.resources.cpuMs),
                peakMemoryBytes: wire.resources.peakMemory, diskBytes: wire.resources.disk) : nil
        waitingFor = wire.waitingFor
    }

    var elapsedText: String { elapsedS.map { Quantity.duration(milliseconds: Int64($0 * 1000)) } ?? "" }
    var expectedText: String { expectedS.map { Quantity.duration(milliseconds: Int64($0 * 1000)) } ?? "" }

    /// How far the build is, when there were earlier ones to go by; never quite done before it is.
    var progress: Double? {
        guard let elapsedS, let expectedS, expectedS > 0 else { return nil }
        return min(elapsedS / expectedS, 0.99)
    }

    var progressLine: Line {
        progress.map { "\(Quantity.bar($0, width: 12)) \(Int($0 * 100)) %" } ?? .empty
    }

    var stateLine: Line { Line(state, Self.tone(of: state)) }

    /// What a person wants to know behind the state.
    var detail: Line {
        if let failure { return "\(failure.class, .bad): \(failure.reason)" }
        if !waitingFor.isEmpty { return "waits for \(waitingFor.joined(separator: ", "))" }
        return Line(waitsBecause ?? reason ?? "")
    }

    static func tone(of state: String) -> Tone {
        switch JobState(rawValue: state) {
        case .published: .good
        case .cached, .waiting: .faint
        case .leased, .publishing: .active
        case .failed: .bad
        case .skipped, .cancelled: .warning
        case .ready, nil: .plain
        }
    }
}
