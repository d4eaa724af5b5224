import BenchmarkSupport
import Coordinator
import Core
import FoundationEssentials
import Glibc
import Shared
import Synchronization
import SystemPackage

/// What is measured in the coordinator's process, from the first end of a build to the end of the run.
final class Meter: DispatchMeter {
    struct Report: Codable {
        /// Jobs published in the time.
        var jobs: Int
        var seconds: Double
        /// The largest resident size, bytes.
        var memory: Int64
        /// CPU time of the process, in the time.
        var cpu: Double
        /// Milliseconds from ready to sent.
        var median: Double
        var percentile99: Double
    }

    private struct State {
        var begin: ContinuousClock.Instant?
        var cpu = 0.0
        var published = 0
        var delays: [Duration] = []
    }

    private let state = Mutex(State())
    /// Finished with the report.
    let reports: AsyncStream<Report>
    private let finish: AsyncStream<Report>.Continuation

    init() { (reports, finish) = AsyncStream.makeStream() }

    func assigned(_ attempt: AttemptID, after delay: Duration) {
        state.withLock { if $0.begin != nil { $0.delays.append(delay) } }
    }

    func committed(_ change: Change) {
        switch change {
        case .attempt(_, let record) where !record.isLive:
            state.withLock {
                guard $0.begin == nil else { return }
                $0.begin = .now
                $0.cpu = Self.cpuTime()
            }
        case .job(_, let record) where record.state == .published: state.withLock { $0.published += 1 }
        case .run(_, let record) where record.state.isEnd:
            finish.yield(report())
            finish.finish()
        default: break
        }
    }

    private func report() -> Report {
        state.withLock { state in
            let time = state.begin.map { .now - $0 } ?? Duration.zero
            let delays = state.delays.sorted()
            func percentile(_ part: Double) -> Double {
                guard let last = delays.indices.last else { return 0 }
                return delays[min(last, Int(Double(delays.count) * part))] / .milliseconds(1)
            }
            return Report(
                jobs: state.published, seconds: time / .seconds(1), memory: ResidentSize.largest(),
                cpu: Self.cpuTime() - state.cpu,
                median: percentile(0.5), percentile99: percentile(0.99))
        }
    }

    /// Seconds.
    private static func cpuTime() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
