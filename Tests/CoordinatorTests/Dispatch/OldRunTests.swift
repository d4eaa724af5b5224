import Core
import CoreTesting
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

struct OldRunTests {
    @Test func `A run that has left memory is in the database as it was`() async throws {
        let directory = try TemporaryDirectory()
        var driver = SchedulerDriver()
        _ = driver.connect("worker", slots: 2)
        driver.run(1, try plan("a:", "b: a"))
        driver.build("a")
        driver.finish("b", .failure(Failure(.buildFailed, "does not compile")))
        let first = try #require(driver.stored.runs[RunID(rawValue: 1)])
        for id in 2...Int64(Snapshot.keptEndedRuns + 1) {
            driver.submit(id)
            driver.send(.cancelRun(RunID(rawValue: id)))
        }
        #expect(driver.stored.runs[RunID(rawValue: 1)] == nil)

        let store = try Store(path: directory.path.appending("test.sqlite"))
        defer { try? store.close() }
        try await store.commit(driver.changes)
        let read = try #require(try store.run(RunID(rawValue: 1)))
        #expect(read == first)
        #expect(try store.run(RunID(rawValue: 99)) == nil)

        // The same screens are made of it.
        var snapshot = Snapshot()
        snapshot.runs[RunID(rawValue: 1)] = read
        let recalled = Scheduler(restoring: snapshot, now: driver.now)
        let job = JobID(run: RunID(rawValue: 1), index: 1)
        #expect(recalled.status(of: job)?.worker == WorkerName(rawValue: "worker"))
        #expect(JobExplanation(job, recalled)?.lines.first == "It failed: build-failed: does not compile.")
    }
}
