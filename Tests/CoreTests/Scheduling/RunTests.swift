import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Runs")
struct RunTests {
    var driver = SchedulerDriver()

    @Test("a run is resolved by a worker, planned, built in order and ends")
    mutating func whole() throws {
        driver.submit()
        _ = driver.connect("one", slots: 2)
        #expect(driver.building == ["resolving 1"])
        let effects = driver.finish("resolving 1", .resolution(blob("graph")))
        let planning = effects.compactMap {
            if case .plan(_, let run, let document) = $0 { (run, document) } else { nil }
        }
        #expect(planning.map(\.1) == [blob("graph")])
        driver.send(.planned(RunID(rawValue: 1), try plan("a:", "b: a", "c:")))
        #expect(driver.building == ["a", "c"])
        driver.build("c")
        #expect(driver.building == ["a"])
        driver.finish("a")
        #expect(driver.building == [], "b waits until a is published, not only built")
        driver.publish("a")
        #expect(driver.building == ["b"])
        driver.build("b")
        #expect(driver.states() == ["a": .published, "b": .published, "c": .published])
        #expect(driver.runState() == .succeeded)
    }

    @Test("a build gets exactly what it waits for, as it was published, in merge order")
    mutating func dependencies() throws {
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b:", "c: b a", "d:"))
        driver.build("b")
        driver.build("a")
        let task = try #require(driver.task("c"))
        #expect(task.dependencies.map(\.cpv) == [cpv("a"), cpv("b")])
        #expect(task.dependencies.map(\.package) == [blob("a"), blob("b")])
        #expect(task.dependencies.map(\.path) == ["cat/a/a-1-1.gpkg.tar", "cat/b/b-1-1.gpkg.tar"])
        #expect(task.jobs == 2, "a host's cores are shared among its slots")
        #expect(task.limits.memory == 1 << 30)
    }

    @Test("for a shell the root of a build is what the build's was, once all is there that it waits for")
    mutating func rootAgain() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("lib:", "user: lib"))
        let user = JobID(run: RunID(rawValue: 1), index: 1)
        #expect(driver.scheduler.buildTask(of: user) == nil)
        driver.build("lib")
        var task = try #require(driver.task("user"))
        driver.finish("user", .failure(Failure(.buildFailed, "no")))
        // It is another's to learn.
        task.limits.timeout = nil
        #expect(driver.scheduler.buildTask(of: user) == task)
    }

    @Test("BUILD_IDs grow for each package of a farm, over runs and restarts, and stay ahead of what is published")
    mutating func buildIDs() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        driver.build("a")
        driver.restart()
        _ = driver.connect("one")
        driver.run(2, try plan("a:", epoch: 2))
        #expect(driver.task("a")?.buildID == 2)
        driver.build("a")
        driver.run(3, try plan("a:"), farm: "other")
        #expect(driver.task("a")?.buildID == 1, "farms have binhosts of their own")
        driver.build("a")
        var third = try plan("a:", "b: a")
        third.jobs[0].cached = PublishedRecord(
            cpv: cpv("a"), buildID: 7, path: "cat/a/a-1-7.gpkg.tar", package: blob("a"),
            buildKey: third.jobs[0].buildKey)
        driver.run(4, third)
        driver.build("b")
        driver.run(5, try plan("a:", epoch: 3))
        #expect(driver.task("a")?.buildID == 8)
    }

    @Test("what is cached is not built; a plan with nothing to build succeeds at once")
    mutating func cached() throws {
        var plan = try plan("a:", "b: a")
        for index in plan.jobs.indices {
            let job = plan.jobs[index]
            plan.jobs[index].cached = PublishedRecord(
                cpv: job.cpv, buildID: 1, path: "p", package: blob("x"), buildKey: job.buildKey)
        }
        driver.run(1, plan)
        #expect(driver.runState() == .succeeded)
        #expect(driver.states() == ["a": .cached, "b": .cached])
        driver.run(2, Plan(jobs: []))
        #expect(driver.runState(2) == .succeeded)
    }

    @Test("what was published before a plan was begun is used only when the planner found it")
    mutating func gone() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        driver.build("a")
        driver.pass(1000)
        // It was taken out of the binhost, or may not be used any more.
        driver.run(2, try plan("a:"))
        #expect(driver.task("a")?.buildID == 2)
        driver.build("a")
        #expect(driver.states(2) == ["a": .published])
    }

    @Test("a failed build skips all behind it by name, the others go on, the run fails at its end")
    mutating func failure() throws {
        _ = driver.connect("one", slots: 4)
        driver.run(1, try plan("a:", "b: a", "c: b", "d:", "e: d"))
        driver.finish("a", .failure(Failure(.buildFailed, "make failed")))
        #expect(driver.states() == ["a": .failed, "b": .skipped, "c": .skipped, "d": .leased, "e": .waiting])
        let counts = driver.scheduler.counts(RunID(rawValue: 1))
        #expect(counts == [.failed: 1, .skipped: 2, .leased: 1, .waiting: 1])
        #expect(driver.job("c")?.reason == "skipped: cat/a-1 failed")
        #expect(driver.runState() == .building)
        driver.build("d")
        driver.build("e")
        #expect(driver.runState() == .failed)
    }

    @Test("what is refused from the plan fails at once, with what waits for it")
    mutating func refused() throws {
        var plan = try plan("a:", "b: a", "c:")
        plan.jobs[0].refusal = Failure(.refused, "asks questions")
        _ = driver.connect("one")
        driver.run(1, plan)
        #expect(driver.states() == ["a": .failed, "b": .skipped, "c": .leased])
        #expect(driver.job("a")?.failure?.failureClass == .refused)
    }

    @Test("a run that cannot be resolved or planned fails with the reason")
    mutating func unresolved() throws {
        _ = driver.connect("one")
        driver.submit(1)
        driver.finish("resolving 1", .failure(Failure(.resolveFailed, "unknown atom")))
        #expect(driver.runState(1) == .failed)
        driver.submit(2)
        driver.finish("resolving 2", .resolution(blob("graph")))
        driver.send(.planningFailed(RunID(rawValue: 2), Failure(.resolveFailed, "a cycle")))
        #expect(driver.stored.runs[RunID(rawValue: 2)]?.record.failure?.reason == "a cycle")
        driver.submit(3)
        driver.finish("resolving 3", .resolution(blob("graph")))
        var damaged = try plan("a:", "b: a")
        damaged.jobs[0].waitsFor = [1]
        driver.send(.planned(RunID(rawValue: 3), damaged))
        #expect(driver.runState(3) == .failed)
    }

    @Test("cancelling ends everything that has not ended, and takes the leases back")
    mutating func cancel() throws {
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b:", "c: b", "d: a"))
        driver.build("a")
        driver.finish("d")
        let attempt = try #require(driver.attempt("b"))
        let worker = WorkerName(rawValue: "one")
        let effects = driver.send(.cancelRun(RunID(rawValue: 1)))
        #expect(effects.contains(.revoke(worker, attempt, reason: "run 1 was cancelled")))
        #expect(driver.states() == ["a": .published, "b": .cancelled, "c": .cancelled, "d": .cancelled])
        #expect(driver.runState() == .cancelled)
        let late = driver.finish("b")
        #expect(late.contains(.settle(worker, attempt, accepted: false, reason: "the run was cancelled")))
        driver.publish("d")
        #expect(driver.states()["d"] == .cancelled)
        driver.run(2, try plan("e:", "f:"))
        #expect(driver.building == ["e", "f"], "both slots are free again")
    }

    @Test("two runs that want the same package build it once")
    mutating func shared() throws {
        _ = driver.connect("one", slots: 3)
        driver.run(1, try plan("a:"))
        driver.run(2, try plan("a:", "b: a"))
        #expect(driver.building == ["a"])
        #expect(driver.job("a", run: 2)?.waitsBecause == "run 1 builds the same")
        driver.build("a")
        #expect(driver.states(2) == ["a": .cached, "b": .leased])
        #expect(driver.job("a", run: 2)?.reason == "cached: cat/a/a-1-1.gpkg.tar")
    }

    @Test("a run of before its farm changed its format goes on in that, and gives nothing to a later one")
    mutating func formats() throws {
        _ = driver.connect("one", slots: 3)
        driver.run(1, try plan("a:"))
        driver.format = .xpak
        driver.run(2, try plan("a:", "b: a"))
        #expect(driver.job("a", run: 2)?.waitsBecause != "run 1 builds the same")
        #expect(driver.task("a")?.format == .gpkg)
        driver.build("a")
        #expect(driver.states(2)["a"] == .leased)
        driver.restart()
        _ = driver.connect("one", slots: 3, held: driver.held("a"))
        #expect(driver.task("a")?.format == .xpak)
        driver.finish("a")
        #expect(driver.publications.map(\.format) == [.xpak])
        driver.publish("a")
        #expect(driver.task("b")?.dependencies.map(\.path) == ["cat/a/a-1-2.xpak"])
    }

    @Test("what another run published while the plan was made is not built again")
    mutating func publishedMeanwhile() throws {
        _ = driver.connect("one")
        let plan = try plan("a:", "b: a")
        driver.run(1, plan)
        driver.submit(2)
        _ = driver.connect("two")
        driver.finish("resolving 2", .resolution(blob("graph 2")))
        driver.build("a")
        driver.send(.planned(RunID(rawValue: 2), plan))
        #expect(driver.states(2)["a"] == .cached)
    }

    @Test("when the first of two runs is cancelled or fails, the second builds the package itself")
    mutating func sharedEnds() throws {
        _ = driver.connect("one", slots: 3)
        driver.run(1, try plan("a:"))
        driver.run(2, try plan("a:"))
        driver.run(3, try plan("a:"))
        driver.send(.cancelRun(RunID(rawValue: 1)))
        driver.assigned.removeFirst()
        #expect(driver.building == ["a"])
        driver.finish("a", .failure(Failure(.buildFailed, "make failed")))
        #expect(driver.states(2) == ["a": .failed])
        driver.build("a")
        #expect(driver.states(3) == ["a": .published])
    }

    @Test("ended runs beyond the newest few leave the memory")
    mutating func old() throws {
        for id in 1...24 { driver.run(Int64(id), Plan(jobs: [])) }
        #expect(driver.stored.runs.keys.map(\.rawValue).sorted() == Array(5...24))
    }
}
