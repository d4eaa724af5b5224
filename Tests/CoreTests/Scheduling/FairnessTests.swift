import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Runs and farms beside each other")
struct FairnessTests {
    var driver = SchedulerDriver()

    @Test("a run of higher priority goes first, whatever its paths")
    mutating func priority() throws {
        driver.run(1, try plan("a:", "b:", seconds: ["a": 1000, "b": 1000]))
        driver.run(2, try plan("x:", "y:", seconds: ["x": 1, "y": 1], epoch: 2), priority: 5)
        _ = driver.connect("one", slots: 3)
        #expect(driver.building == ["x", "y", "a"])
    }

    @Test("farms of the same priority get the same, however long their paths are")
    mutating func farms() throws {
        driver.run(1, try plan("a:", "b:", "c:", seconds: ["a": 1000, "b": 1000, "c": 1000]), farm: "long")
        driver.run(2, try plan("x:", "y:", "z:", seconds: ["x": 1, "y": 1, "z": 1], epoch: 2), farm: "short")
        _ = driver.connect("one", slots: 4)
        #expect(driver.building == ["a", "x", "b", "y"])
        driver.build("x")
        #expect(driver.building.last == "z")
    }

    @Test("a farm whose binhost is full waits alone")
    mutating func fullFarm() throws {
        driver.run(1, try plan("a:", "b:", "c:"), farm: "full")
        driver.run(2, try plan("x:", "y:", epoch: 2), farm: "other")
        _ = driver.connect("one", slots: 2)
        driver.finish("a")
        driver.send(.storageFull("no room in the binhost", farm: "full"))
        #expect(driver.building == ["x", "b"])
        driver.finish("b")
        #expect(driver.job("c")?.waitsBecause == "no room in the binhost")
        driver.build("x")
        #expect(driver.building == ["y"])
        driver.build("y")
        #expect(driver.scheduler.paused == "farm full: no room in the binhost")
        #expect(driver.pass(10_000).contains(.probeStorage))
        driver.send(.storagePartlyAvailable(["full": "still none"]))
        #expect(driver.states() == ["a": .publishing, "b": .publishing, "c": .ready])
        driver.publications = []
        #expect(driver.pass(10_000).contains(.probeStorage))
        driver.send(.storageAvailable)
        #expect(driver.publications.map(\.cpv.name) == ["a", "b"])
        #expect(driver.building == ["c"])
    }
}
