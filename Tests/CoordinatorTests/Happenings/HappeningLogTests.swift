import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

struct HappeningLogTests {
    private static func log(_ count: Int, capacity: Int) -> HappeningLog {
        var log = HappeningLog(start: Instant(milliseconds: 5), capacity: capacity)
        for _ in 0..<count { log.append(.workerLost(WorkerName(rawValue: "w")), at: Instant(milliseconds: 6)) }
        return log
    }

    @Test(arguments: 0...12)
    func `What is asked for comes in order, and what is gone is said to be`(count: Int) {
        let log = Self.log(count, capacity: 5)
        #expect(log.last == 5000 + UInt64(count))
        for known in 5000...log.last {
            let (news, missed) = log.after(known, limit: 100)
            let numbers = news.map(\.number)
            let kept = max(known, log.last - UInt64(min(count, 5)))
            #expect(numbers == Array((kept..<log.last).map { $0 + 1 }))
            #expect(missed == (kept > known))
            #expect(log.after(known, limit: 2).happenings.map(\.number) == Array(numbers.prefix(2)))
        }
    }

    @Test func `Who knows of another coordinator's events has missed some`() {
        let log = Self.log(2, capacity: 5)
        #expect(log.after(4000, limit: 9).missed, "an earlier one")
        #expect(log.after(4000, limit: 9).happenings.count == 2)
        #expect(log.after(9000, limit: 9).missed, "one whose clock was ahead")
        #expect(!log.after(0, limit: 9).missed, "nobody's")
    }

    @Test func `A run's changes are told once each`() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        driver.run(1, try plan("a:", "b: a"))
        driver.finish("a", .failure(Failure(.fetchFailed, "no mirror has it")))
        driver.pass(600_000)
        driver.send(.drain(WorkerName(rawValue: "node1")))
        driver.send(.drain(WorkerName(rawValue: "node1")))
        driver.send(.cancelRun(RunID(rawValue: 1)))
        var known = KnownStates()
        let kinds = driver.changes.compactMap { Happening.Event($0, known: &known)?.kind }
        let resolving = ["run-submitted", "job-started", "run-planned"]
        #expect(Array(kinds.prefix(5)) == resolving + ["job-started", "attempt-ended"])
        #expect(kinds.filter { $0 == "worker-changed" }.count == 1)
        #expect(kinds.filter { $0 == "job-ended" }.count == 2)
        #expect(kinds.last == "run-ended")
        #expect(known.runs.isEmpty)
    }
}
