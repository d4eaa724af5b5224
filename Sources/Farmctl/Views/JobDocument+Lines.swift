import Documents
import Shared

extension JobDocument {
    var elapsedText: String { elapsedS.map { Quantity.duration(seconds: $0) } ?? "" }
    var expectedText: String { expectedS.map { Quantity.duration(seconds: $0) } ?? "" }

    /// `190 %`: of one core, as `top` shows it.
    var cpuText: String { usesNow?.coresBusy.map { "\(Int(($0 * 100).rounded())) %" } ?? "" }
    var memoryText: String { usesNow?.memoryBytes.map(Quantity.size) ?? "" }
    var diskText: String { usesNow?.diskBytes.map(Quantity.size) ?? "" }

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
