import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

struct JobChoiceTests {
    private func choose(
        _ name: String, _ states: Set<JobState> = [], for purpose: JobChoice.Purpose, _ driver: SchedulerDriver
    ) throws -> [Int64] {
        let runs = driver.stored.runs.sorted { $0.key > $1.key }.map { (id: $0.key, run: $0.value) }
        let job = try JobChoice(runs: runs, purpose: purpose).job(
            JobFilter(packages: name.isEmpty ? [] : [try PackagePattern(name)], states: states))
        return [job.run.rawValue, Int64(job.index)]
    }

    @Test func `Of two passes the log is that of the newest attempt, and the state that of the one which is not done`()
        throws
    {
        var driver = SchedulerDriver()
        _ = driver.connect("worker")
        driver.run(1, try Planner(secondPass: true).plan(graph("a: B:b", "b: b:a")))
        #expect(try choose("a", for: .log, driver) == [1, 0])
        driver.build("a")
        #expect(try choose("a", for: .log, driver) == [1, 0])
        #expect(try choose("a", for: .state, driver) == [1, 2])
        driver.build("b")
        #expect(try choose("a", for: .log, driver) == [1, 2])
    }

    @Test func `The log of a cached package is in the run that built it`() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("worker")
        let graph = graph("a:", "b:")
        driver.run(1, try Planner().plan(graph))
        driver.build("a")
        driver.finish("b", .failure(Failure(.buildFailed, "does not compile")))
        driver.run(2, try Planner(known: driver.known).plan(graph))
        #expect(try choose("a", for: .log, driver) == [1, 0])
        #expect(try choose("a", for: .state, driver) == [2, 0])
        #expect(try choose("b", for: .log, driver) == [2, 1])
    }

    @Test func `A state may stand for the package, when one is in it`() throws {
        var driver = SchedulerDriver()
        _ = driver.connect("worker", slots: 2)
        driver.run(1, try plan("a:", "b:"))
        #expect(throws: Refusal.self) { try choose("", [.failed], for: .log, driver) }
        driver.finish("b", .failure(Failure(.buildFailed, "does not compile")))
        #expect(try choose("", [.failed], for: .log, driver) == [1, 1])
        #expect(try choose("b", [.failed], for: .state, driver) == [1, 1])
        let refusal = #expect(throws: Refusal.self) { try choose("a", [.failed, .skipped], for: .state, driver) }
        #expect(refusal?.message == "cat/a-1 is in run 1, but not failed or skipped: it is leased")
        driver.finish("a", .failure(Failure(.buildFailed, "does not compile")))
        let several = #expect(throws: Refusal.self) { try choose("", [.failed], for: .log, driver) }
        #expect(several?.remedy == "say which: cat/a-1, cat/b-1")
    }

    @Test func `What is not in any run is answered with what is nearly called so`() throws {
        var driver = SchedulerDriver()
        driver.run(1, try plan("alpha:", "beta:"))
        for purpose in [JobChoice.Purpose.log, .state] {
            let refusal = #expect(throws: Refusal.self) { try choose("alhpa", for: purpose, driver) }
            #expect(refusal?.code == .notFound)
            #expect(refusal?.remedy.contains("did you mean cat/alpha?") == true)
        }
    }
}
