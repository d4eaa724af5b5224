import Core
import Shared

/// What is to happen, the earliest first; what was planned first comes first at one time.
struct Agenda {
    enum Happening {
        /// Said by a worker, on a connection by its number.
        indirect case heard(worker: Int, connection: Int, Saying)
        indirect case told(worker: Int, connection: Int, Telling)
        /// From a part of the coordinator's shell to the core; dies with that life of the coordinator.
        indirect case shellAnswers(life: Int, Event)
        /// The package is in the binhost, or cannot be; the answer follows.
        indirect case publishes(life: Int, Publication)
        case commits(life: Int)
        case tick(life: Int, number: Int)
        case watch(life: Int)
        /// The package is built, and installed on trial.
        case trialBegins(worker: Int, AttemptID)
        case buildEnds(worker: Int, AttemptID)
        case keepsAlive(worker: Int)
        case connects(worker: Int, connection: Int)
        case starts(worker: Int)
        case lieEnds(worker: Int, connection: Int)
        indirect case fault(Fault.Kind)
        case coordinatorStarts
        case submits(run: Int)
        case cancels(run: Int)
        /// A person says whether the worker is drained.
        case drains(worker: Int)
        case resumes(worker: Int)
    }

    /// A worker's words.
    enum Saying {
        case hello(Offer, [HeldAttempt])
        case renew([HeldAttempt], Room)
        case finished(AttemptID, Outcome, Resources)
        case goodbye
    }

    /// A coordinator's words.
    enum Telling {
        case welcome([AttemptID])
        case assign(Assignment)
        case settled(AttemptID, accepted: Bool)
        case revoke(AttemptID)
        /// Counts as gone: say Hello again.
        case askHello
    }

    private struct Entry {
        var at: Int64
        var sequence: UInt64
        var happening: Happening

        static func < (left: Entry, right: Entry) -> Bool {
            left.at == right.at ? left.sequence < right.sequence : left.at < right.at
        }
    }

    private var heap: [Entry] = []
    private var sequence: UInt64 = 0

    mutating func plan(_ happening: Happening, at time: Int64) {
        sequence += 1
        let entry = Entry(at: time, sequence: sequence, happening: happening)
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func next() -> (at: Int64, happening: Happening)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.at, first.happening) }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return (first.at, first.happening)
    }
}
