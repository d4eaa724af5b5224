import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Drain and resume")
struct DrainTests {
    var driver = SchedulerDriver()
    let one = WorkerName(rawValue: "one")
    let two = WorkerName(rawValue: "two")

    @Test("a drained worker ends what it builds and gets nothing more, until it is resumed; over restarts too")
    mutating func drain() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:", "c:"))
        driver.send(.drain(one))
        driver.build("a")
        #expect(driver.building == [])
        #expect(driver.job("b")?.waitsBecause == "the one worker is drained")
        driver.restart()
        _ = driver.connect("one")
        #expect(driver.building == [])
        driver.send(.resume(one))
        #expect(driver.building == ["b"])
    }

    @Test("a worker is drained before it is seen")
    mutating func drainBefore() throws {
        driver.send(.drain(two))
        _ = driver.connect("two")
        driver.run(1, try plan("a:"))
        #expect(driver.building == [])
        #expect(driver.scheduler.workers().first { $0.name == two }?.drained == true)
        _ = driver.connect("one")
        #expect(driver.assigned.map(\.worker) == [one])
    }

    @Test("what a job waits for is said in its status")
    mutating func waiting() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:", "c: a b", "d: c", "e: a"))
        #expect(driver.job("c")?.waitsBecause == "waits for 2: cat/a-1, cat/b-1")
        #expect(driver.job("c")?.waitingFor == [cpv("a"), cpv("b")])
        #expect(driver.job("a")?.waitsBecause == nil)
        #expect(driver.job("a")?.cores == 2)
    }
}
