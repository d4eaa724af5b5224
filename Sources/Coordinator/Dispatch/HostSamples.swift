import Core
import Shared

/// How a worker's host stood over the last day, in memory: who wants more asks Prometheus to keep it.
struct HostSamples: Sendable {
    struct Sample: Sendable, Equatable {
        var at: Instant
        /// Over the minute before; nil, as all here, when it is not known.
        var load: Double?
        /// Bytes.
        var memoryFree: Int64?
        /// Bytes.
        var diskFree: Int64?

        /// Of both the one that leaves less; it stands where this one does.
        fileprivate func worse(_ other: Sample) -> Sample {
            Sample(
                at: at, load: Self.of(load, other.load, max), memoryFree: Self.of(memoryFree, other.memoryFree, min),
                diskFree: Self.of(diskFree, other.diskFree, min))
        }

        private static func of<Value>(_ one: Value?, _ other: Value?, _ choose: (Value, Value) -> Value) -> Value? {
            guard let one, let other else { return one ?? other }
            return choose(one, other)
        }
    }

    /// Milliseconds between two that are kept.
    static let interval: Int64 = 15_000
    /// Milliseconds.
    static let day: Int64 = 86_400_000
    /// Of a day, when each comes as early as it may.
    static let most = Int(day / interval)

    private(set) var samples: [Sample] = []

    /// Keeps it, unless one was just kept.
    mutating func note(_ sample: Sample) {
        // Of a clock that was set back all are kept.
        if let last = samples.last, (0..<Self.interval).contains(sample.at - last.at) { return }
        samples.append(sample)
        // Not one by one: what is behind would move each time.
        if samples.count >= 2 * Self.most { samples.removeFirst(Self.most) }
    }

    /// The oldest first; more of them than the limit are put together, the worst of each stretch.
    func since(_ begin: Instant, limit: Int) -> [Sample] {
        guard let last = samples.last else { return [] }
        let begin = max(begin, last.at + -Self.day)
        let asked = samples.suffix(Self.most).drop { $0.at < begin }
        let stretch = max(1, (asked.count + limit - 1) / limit)
        return stride(from: asked.startIndex, to: asked.endIndex, by: stretch).map { first in
            asked[first..<min(first + stretch, asked.endIndex)].reduce(asked[first]) { $0.worse($1) }
        }
    }
}
