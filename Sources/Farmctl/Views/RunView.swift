import Shared

struct RunView: Encodable, Sendable, Equatable {
    let run: Int64
    let farm: String
    let targets: [String]
    let state: String
    let submittedAt: String?
    let submittedBy: String?
    let endedAt: String?
    let elapsedS: Double?
    /// When it should end.
    let etaAt: String?
    let remainingS: Double?
    /// By state; every state is there.
    let jobs: [String: Int32]
    let failure: FailureView?
    let resolveError: ResolveErrorView?
    /// The first of those that failed.
    let failed: [JobView]

    init(_ wire: WireRunStatus, now: Int64) {
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
        failure = FailureView(wire.failure, isPresent: wire.hasFailure)
        resolveError = ResolveErrorView(wire.resolveError, isPresent: wire.hasResolveError)
        failed = wire.failed.map { JobView($0, now: now) }
    }

    /// nil for a state that this version does not know.
    var runState: RunState? { RunState(rawValue: state) }
    var hasEnded: Bool { runState?.isEnd ?? (endedAt != nil) }
    var hasSucceeded: Bool { runState == .succeeded }

    func count(_ states: JobState...) -> Int { states.reduce(0) { $0 + Int(jobs[$1.rawValue] ?? 0) } }
    var total: Int { jobs.values.reduce(0) { $0 + Int($1) } }
    var ended: Int { JobState.allCases.filter(\.isEnd).reduce(0) { $0 + count($1) } }

    var stateLine: Line {
        let tone: Tone =
            switch runState {
            case .succeeded: .good
            case .failed: .bad
            case .cancelled: .warning
            case .resolving, .building: .active
            case nil: .plain
            }
        return Line(state, tone)
    }

    var progressLine: Line {
        guard total > 0 else { return .empty }
        return "\(Quantity.bar(Double(ended) / Double(total), width: 12)) \(ended)/\(total)"
    }

    /// `12 published, 3 cached, 1 failed`: the states in which there are jobs.
    var countsLine: Line {
        var line = Line()
        for state in JobState.allCases where count(state) > 0 {
            if !line.spans.isEmpty { line.append(", ") }
            line.append("\(count(state)) \(state.rawValue)", JobView.tone(of: state.rawValue))
        }
        return line
    }

    var elapsedText: String { elapsedS.map { Quantity.duration(milliseconds: Int64($0 * 1000)) } ?? "" }
    /// Empty when it is not known, and when the run takes longer than was thought.
    var remainingText: String {
        remainingS.flatMap { $0 > 0 ? Quantity.duration(milliseconds: Int64($0 * 1000)) : nil } ?? ""
    }
}
