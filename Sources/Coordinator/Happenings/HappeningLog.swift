import Core
import Shared

/// The last things that happened, in memory: enough for whoever looks away for a moment. What is to be known for ever is in
/// the database.
struct HappeningLog: Sendable {
    /// What was told of, so that only changes are.
    var known = KnownStates()
    private var kept: [Happening] = []
    /// Place of the oldest in `kept`, when that is full.
    private var oldest = 0
    /// The number of the last one; of the start when nothing has happened yet.
    private(set) var last: UInt64
    private let capacity: Int

    /// - Parameter start: numbers begin there: later than those of an earlier coordinator, unless that told of more than a
    ///   thousand things in each millisecond of its life.
    init(start: Instant = Instant(milliseconds: 0), capacity: Int = 16_384) {
        last = UInt64(max(0, start.milliseconds)) * 1000
        self.capacity = capacity
    }

    @discardableResult
    mutating func append(_ event: Happening.Event, at time: Instant) -> Happening {
        last += 1
        let happening = Happening(number: last, time: time, event: event)
        if kept.count < capacity {
            kept.append(happening)
        } else {
            kept[oldest] = happening
            oldest = (oldest + 1) % capacity
        }
        return happening
    }

    /// Those behind a number, the oldest first.
    /// - Parameter number: of the last one that is known; 0 knows all.
    /// - Returns: also whether some between are not kept any more.
    func after(_ number: UInt64, limit: Int) -> (happenings: [Happening], missed: Bool) {
        guard number != 0 else { return ([], false) }
        // Of a coordinator whose clock was ahead.
        guard number <= last else { return ([], true) }
        let begin = last - UInt64(kept.count)
        let from = Int(max(number, begin) - begin)
        let happenings = (from..<min(kept.count, from + limit)).map { kept[(oldest + $0) % kept.count] }
        return (happenings, number < begin)
    }
}
