import Documents
import Shared

extension RunDocument {
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
            line.append("\(count(state)) \(state.rawValue)", JobDocument.tone(of: state.rawValue))
        }
        return line
    }

    var elapsedText: String { elapsedS.map { Quantity.duration(seconds: $0) } ?? "" }
    /// Empty when it is not known, and when the run takes longer than was thought.
    var remainingText: String {
        remainingS.flatMap { $0 > 0 ? Quantity.duration(seconds: $0) : nil } ?? ""
    }
}
