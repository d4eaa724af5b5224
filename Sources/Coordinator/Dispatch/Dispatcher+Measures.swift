import Core
import Shared

/// What `/metrics` shows of the farms.
struct Measures: Sendable {
    var status: WireStatusAnswer
    var tally: Tally
    /// Runs under way by farm and state, and their jobs.
    var runs: [Tally.Key: Int] = [:]
    var jobs: [Tally.Key: Int] = [:]
}

extension Dispatcher {
    func measures() -> Measures {
        var measures = Measures(status: status(runs: 0), tally: tally)
        for (id, run) in scheduler.durable.runs where !run.record.state.isEnd {
            let farm = run.record.request.farm
            measures.runs[Tally.Key(farm: farm, what: run.record.state.rawValue), default: 0] += 1
            for (state, count) in scheduler.counts(id) {
                measures.jobs[Tally.Key(farm: farm, what: state.rawValue), default: 0] += count
            }
        }
        return measures
    }
}
