import Core
import Shared

/// Why clients see an earlier state of a farm's binhost than it has: an atomic run.
struct Hold: Codable, Equatable, Sendable {
    /// The atomic run that it began with.
    var run: RunID

    /// How it stands.
    enum State: Equatable, Sendable {
        /// The run is atomic and has not ended.
        case open(RunID)
        /// The atomic run that ended last did not succeed: what it built is not shown.
        case unfinished(RunID, RunState)
        /// The run ended so long ago that nobody knows how.
        case forgotten(RunID)
        /// Clients are to see what there is.
        case over
    }

    /// - Parameters:
    ///   - runs: of the farm, as far as they are in memory.
    ///   - wasSubmitted: the run was committed: a coordinator may have died before.
    func state(among runs: [RunID: RunRecord], wasSubmitted: Bool = true) -> State {
        let atomic = runs.filter { $0.key >= run && $0.value.request.isAtomic }
        if let open = atomic.filter({ !$0.value.state.isEnd }).keys.min() { return .open(open) }
        guard let last = atomic.max(by: { Self.order($0) < Self.order($1) }) else {
            return wasSubmitted ? .forgotten(run) : .over
        }
        return last.value.state == .succeeded ? .over : .unfinished(last.key, last.value.state)
    }

    /// By their ends.
    private static func order(_ run: (key: RunID, value: RunRecord)) -> (Int64, Int64) {
        (run.value.ended?.milliseconds ?? 0, run.key.rawValue)
    }
}

extension Hold.State {
    /// One line for people, nil when it is over.
    func line(farm: String) -> String? {
        switch self {
        case .open(let run): "clients see what was there before run \(run), which is atomic and goes on"
        case .unfinished(let run, let state):
            "clients see what was there before run \(run), which is atomic and \(state.rawValue); an atomic run that"
                + " succeeds ends it, or: farmctl release unhold \(farm)"
        case .forgotten(let run):
            "clients see what was there before run \(run), which was atomic; an atomic run that succeeds ends it, or:"
                + " farmctl release unhold \(farm)"
        case .over: nil
        }
    }
}
