import Core
import CoreTesting
import Shared
import Testing

/// Runs whose only job makes an image of their farm.
struct ImageRunTests {
    private static let recipe = ImageRecipe(
        context: blob("context"), snapshot: blob("snapshot"), inputs: ["stage3": "1"], policies: FarmPolicies())

    private static func submit(_ driver: inout SchedulerDriver) {
        var request = request()
        request.recipe = recipe
        driver.send(.runSubmitted(RunID(rawValue: 1), request))
    }

    @Test
    func `A worker makes the image with the cores that others do not need, and the run succeeds without a package`() {
        var driver = SchedulerDriver()
        Self.submit(&driver)
        _ = driver.connect("w", slots: 2)
        guard case .image(let task)? = driver.assigned.first?.assignment.work else {
            Issue.record("\(driver.building)")
            return
        }
        #expect(task.context == Self.recipe.context && task.snapshot == Self.recipe.snapshot)
        #expect(task.jobs == offer(slots: 2).cores - 1, "one core for the other slot")
        let effects = driver.finish("an image for 1", .resolution(blob("archive")))
        #expect(effects.contains { if case .plan(_, _, blob("archive")) = $0 { true } else { false } })
        driver.send(.planned(RunID(rawValue: 1), Plan(jobs: [])))
        #expect(driver.stored.runs[RunID(rawValue: 1)]?.record.state == .succeeded)
    }

    @Test func `A coordinator that was killed with the archive asks again what is to become of it`() {
        var driver = SchedulerDriver()
        Self.submit(&driver)
        _ = driver.connect("w")
        driver.finish("an image for 1", .resolution(blob("archive")))
        let effects = driver.restart()
        #expect(effects.contains { if case .plan(_, _, blob("archive")) = $0 { true } else { false } })
    }

    @Test func `An image that does not build is not tried again, one whose worker is lost is`() {
        var driver = SchedulerDriver()
        Self.submit(&driver)
        _ = driver.connect("w")
        driver.send(.workerLeft(WorkerName(rawValue: "w")))
        driver.forget("w")
        _ = driver.connect("v")
        #expect(driver.building == ["an image for 1"])
        driver.finish("an image for 1", .failure(Failure(.buildFailed, "it cannot be made")))
        #expect(driver.stored.runs[RunID(rawValue: 1)]?.record.state == .failed)
        #expect(driver.building == [])
    }
}
