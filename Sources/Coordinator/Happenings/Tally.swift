import Core
import Shared

/// Counts of what has happened since the start, for `/metrics`.
struct Tally: Sendable {
    struct Key: Hashable, Sendable {
        let farm: String
        let what: String
    }

    /// Runs by farm and the state in which they ended.
    private(set) var runsEnded: [Key: Int] = [:]
    /// Jobs, likewise.
    private(set) var jobsEnded: [Key: Int] = [:]
    /// Attempts by farm and outcome.
    private(set) var attemptsEnded: [Key: Int] = [:]
    /// Milliseconds by farm.
    private(set) var buildTime: [String: Int64] = [:]
    private(set) var cpuTime: [String: Int64] = [:]
    /// Attempts whose packages are being published: they may still be refused.
    private var brought: [JobID: AttemptID] = [:]

    mutating func count(_ change: Change, farm: (RunID) -> String) {
        switch change {
        case .run(_, let record) where record.state.isEnd:
            runsEnded[Key(farm: record.request.farm, what: record.state.rawValue), default: 0] += 1
        case .job(let id, let record) where record.state.isEnd && !id.isResolving:
            jobsEnded[Key(farm: farm(id.run), what: record.state.rawValue), default: 0] += 1
            if brought.removeValue(forKey: id) != nil {
                attemptsEnded[Key(farm: farm(id.run), what: "finished"), default: 0] += 1
            }
        case .attempt(let id, let record):
            guard let end = record.end else { return }
            let farm = farm(id.job.run)
            let isRefused = brought.removeValue(forKey: id.job) == id
            if case .finished = end, !id.job.isResolving {
                brought[id.job] = id
            } else {
                attemptsEnded[Key(farm: farm, what: end.outcome), default: 0] += 1
            }
            if !isRefused, let used = record.resources {
                buildTime[farm, default: 0] += max(0, used.wall)
                cpuTime[farm, default: 0] += max(0, used.cpu)
            }
        default: break
        }
    }
}
