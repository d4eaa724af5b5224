import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Leases")
struct LeaseTests {
    var driver = SchedulerDriver()
    let one = WorkerName(rawValue: "one")
    let two = WorkerName(rawValue: "two")

    @Test("a worker never gets more than its slots, and gets them back")
    mutating func slots() throws {
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b:", "c:", "d:"))
        #expect(driver.building == ["a", "b"])
        driver.finish("a")
        #expect(driver.building == ["b", "c"], "a slot is free as soon as the package is here")
    }

    @Test("what is only installed on trial leaves its slot and cores to the next build, its lease goes on")
    mutating func trial() throws {
        driver.send(.workerConnected(one, roomy, held: []))
        driver.run(1, try plan("a:", "b:", "c:"))
        let a = try #require(driver.attempt("a"))
        let tried = HeldAttempt(attempt: a, phase: .trial, finished: false)
        driver.send(.renewed(one, [tried]))
        #expect(driver.building == ["a", "b"])
        let b = try #require(driver.attempt("b"))
        driver.send(.renewed(one, [tried, HeldAttempt(attempt: b, phase: .trial, finished: false)]))
        #expect(driver.building == ["a", "b"], "no more at once than it has slots")
        driver.build("a")
        #expect(driver.building == ["b", "c"], "b's trial is over before its turn came")
        driver.build("b")
        driver.build("c")
        #expect(driver.states().values.allSatisfy { $0 == .published })
    }

    @Test("the memory of what is installed on trial is not free yet")
    mutating func trialKeepsMemory() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:"))
        let a = try #require(driver.attempt("a"))
        driver.send(.renewed(one, [HeldAttempt(attempt: a, phase: .trial, finished: false)]))
        #expect(driver.building == ["a"])
    }

    /// One slot, and memory for more than one build.
    private var roomy: Offer {
        var offer = offer(slots: 1)
        offer.memory = 4 << 30
        return offer
    }

    @Test("after a restart what is installed on trial takes no slot")
    mutating func trialAfterRestart() throws {
        driver.send(.workerConnected(one, roomy, held: []))
        driver.run(1, try plan("a:", "b:"))
        let a = try #require(driver.attempt("a"))
        driver.restart()
        let tried = HeldAttempt(attempt: a, phase: .trial, finished: false)
        #expect(driver.send(.workerConnected(one, roomy, held: [tried])).contains(.welcome(one, adopted: [a])))
        #expect(driver.building == ["a", "b"])
    }

    @Test("work goes to the worker with most room")
    mutating func spread() throws {
        _ = driver.connect("one", slots: 2)
        _ = driver.connect("two", slots: 3)
        driver.run(1, try plan("a:", "b:", "c:", "d:"))
        #expect(driver.assigned.map(\.worker) == [two, one, two, one])
    }

    @Test("a lease that is not renewed ends: the job goes elsewhere, the late result is refused")
    mutating func expiry() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        let attempt = try #require(driver.attempt("a"))
        _ = driver.connect("two")
        let effects = driver.pass(driver.scheduler.policy.lease)
        #expect(effects.contains(.revoke(one, attempt, reason: "worker one did not renew the lease")))
        #expect(driver.assigned.map(\.worker) == [one, two])
        let late = driver.send(.attemptFinished(one, attempt, .package(blob("late")), Resources()))
        #expect(
            late.contains(
                .settle(
                    one, attempt, accepted: false, reason: "the lease has ended: worker one did not renew the lease")))
        driver.forget("one")
        driver.build("a")
        #expect(driver.job("a")?.attempts == 2)
    }

    @Test("a worker that let a lease run out in silence is given nothing until it speaks, though its connection stands")
    mutating func silence() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        driver.pass(driver.scheduler.policy.lease)
        driver.pass(10_000)
        #expect(driver.assigned.count == 1)
        #expect(driver.job("a")?.waitsBecause == "the one worker says nothing")
        driver.send(.renewed(one, []))
        #expect(driver.assigned.map(\.worker) == [one, one])
    }

    @Test("renewing keeps a lease for as long as it takes")
    mutating func renewal() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        let attempt = try #require(driver.attempt("a"))
        for _ in 0..<20 {
            driver.pass(driver.scheduler.policy.lease / 3)
            driver.send(.renewed(one, [HeldAttempt(attempt: attempt, phase: .building, finished: false)]))
        }
        #expect(driver.job("a")?.phase == .building)
        #expect(driver.job("a")?.attempts == 1)
    }

    @Test("a worker that renews what is not its own is told to end it")
    mutating func strangeRenewal() throws {
        _ = driver.connect("one")
        _ = driver.connect("two")
        driver.run(1, try plan("a:"))
        let attempt = try #require(driver.attempt("a"))
        let effects = driver.send(.renewed(two, [HeldAttempt(attempt: attempt, phase: nil, finished: false)]))
        #expect(effects.contains(.revoke(two, attempt, reason: "this attempt was never leased to two")))
        let stolen = driver.send(.attemptFinished(two, attempt, .package(blob("x")), Resources()))
        #expect(
            stolen.contains(
                .settle(two, attempt, accepted: false, reason: "this attempt was never leased to two")))
        #expect(driver.states() == ["a": .leased])
    }

    @Test("a worker that says goodbye gives its jobs to others at once")
    mutating func goodbye() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        _ = driver.connect("two")
        driver.send(.workerLeft(one))
        #expect(driver.assigned.map(\.worker) == [one, two])
    }

    @Test("a lost connection alone ends nothing: the worker comes back with what it builds")
    mutating func reconnect() throws {
        _ = driver.connect("one", slots: 2)
        driver.run(1, try plan("a:", "b:"))
        let a = try #require(driver.attempt("a"))
        let b = try #require(driver.attempt("b"))
        let unknown = AttemptID(job: a.job, fence: Fence(rawValue: 999))
        driver.send(.workerDisconnected(one))
        driver.pass(1000)
        let effects = driver.connect(
            "one", slots: 2,
            held: [
                HeldAttempt(attempt: unknown, phase: .building, finished: false),
                HeldAttempt(attempt: a, phase: .building, finished: false),
            ])
        #expect(effects.contains(.welcome(one, adopted: [a])))
        #expect(driver.scheduler.leases[a]?.worker == one)
        #expect(driver.scheduler.leases[b] == nil, "it was lost on the way")
        #expect(driver.building == ["a", "b", "b"], "so it is leased again")
    }

    @Test("a worker that comes back with fewer slots keeps all that it has finished, and builds what it has slots for")
    mutating func fewerSlots() throws {
        _ = driver.connect("one", slots: 3)
        driver.run(1, try plan("a:", "b:", "c:"))
        var held = ["a", "b", "c"].flatMap { driver.held($0) }
        #expect(held.count == 3)
        held[1].finished = true
        held[2].finished = true
        let ids = held.map(\.attempt)
        #expect(driver.connect("one", slots: 1, held: held).contains(.welcome(one, adopted: ids)))
        #expect(driver.scheduler.workers().first?.running == ids)
        driver.submit(2)
        driver.finish("b")
        driver.finish("c")
        #expect(driver.states() == ["a": .leased, "b": .publishing, "c": .publishing])
        #expect(driver.building == ["a"], "its one slot is taken")
        _ = driver.connect("one", slots: 0, held: driver.held("a"))
        #expect(driver.states()["a"] == .ready)
    }

    @Test("a result said twice is answered twice, and taken once; after a restart too")
    mutating func duplicates() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:"))
        let attempt = try #require(driver.attempt("a"))
        let accepted = Effect.settle(one, attempt, accepted: true, reason: "")
        #expect(driver.finish("a").contains(accepted))
        let again = Event.attemptFinished(one, attempt, .package(blob("a")), Resources())
        #expect(driver.send(again) == [accepted])
        let restarted = driver.restart()
        #expect(restarted.contains { if case .publish(let it) = $0 { it.attempt == attempt } else { false } })
        #expect(driver.send(again) == [accepted])
        driver.publish("a")
        #expect(driver.send(again) == [accepted])
        #expect(driver.states()["a"] == .published)
    }

    @Test("a restart keeps running builds: the worker's hello has them adopted, and their results are taken")
    mutating func restart() throws {
        _ = driver.connect("one")
        _ = driver.connect("two")
        driver.run(1, try plan("a:", "b:", "c: a"))
        let a = try #require(driver.attempt("a"))
        driver.pass(1000)
        driver.restart()
        driver.pass(20_000)
        #expect(driver.building == ["a", "b"], "nothing is leased again")
        let held = HeldAttempt(attempt: a, phase: .building, finished: false)
        #expect(driver.connect("one", held: [held]).contains(.welcome(one, adopted: [a])))
        driver.build("a")
        #expect(driver.states() == ["a": .published, "b": .leased, "c": .leased])
        driver.pass(80_000)
        #expect(driver.states()["b"] == .ready, "its worker did not come back in time")
    }

    @Test("passing failures are tried again, elsewhere, after longer and longer pauses, up to a cap")
    mutating func retries() throws {
        driver = SchedulerDriver(
            policy: Policy {
                $0.lease = 1_000_000
                $0.retries = 2
            })
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        let failure = Failure(.fetchFailed, "mirror gone")
        driver.finish("a", .failure(failure))
        #expect(driver.job("a")?.waitsBecause == "tries again in 1 s, after fetch-failed: mirror gone")
        driver.pass(999)
        #expect(driver.building == [])
        _ = driver.connect("two")
        driver.pass(1)
        #expect(driver.assigned.map(\.worker) == [two])
        driver.finish("a", .failure(failure))
        driver.pass(1_999)
        #expect(driver.building == [])
        driver.pass(1)
        #expect(driver.building == ["a"])
        driver.finish("a", .failure(failure))
        #expect(driver.states() == ["a": .failed])
        #expect(driver.job("a")?.failure == failure)
    }

    @Test("a retry waits for another worker rather than for the one it failed at", arguments: [true, false])
    mutating func elsewhere(otherStays: Bool) throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        _ = driver.connect("two")
        driver.run(2, try plan("b:", epoch: 2))
        driver.finish("a", .failure(Failure(.outOfDisk, "no room")))
        driver.pass(5_000)
        #expect(driver.building == ["b"])
        if otherStays {
            driver.build("b")
            #expect(driver.assigned.map(\.worker) == [two])
        } else {
            driver.send(.workerDisconnected(two))
            #expect(driver.assigned.map(\.worker) == [two, one])
        }
        #expect(driver.building.last == "a")
    }

    @Test(
        "what would fail again is not tried again",
        arguments: [FailureClass.buildFailed, .dependencyMissing, .invalidPackage])
    mutating func final(failureClass: FailureClass) throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        driver.finish("a", .failure(Failure(failureClass, "so")))
        #expect(driver.states() == ["a": .failed])
    }

    @Test("a job whose workers die again and again is given up, and says so")
    mutating func deadly() throws {
        driver = SchedulerDriver(policy: Policy { $0.retries = 2 })
        driver.run(1, try plan("a:"))
        _ = driver.connect("one")
        for pause in [0, 1_000] {
            driver.forget("one")
            _ = driver.connect("one")
            driver.pass(Int64(pause))
            #expect(driver.states() == ["a": .leased])
        }
        _ = driver.connect("one")
        #expect(driver.states() == ["a": .failed])
        #expect(driver.job("a")?.failure?.failureClass == .workerLost)
    }

    @Test("a package that is not what was asked for fails its job")
    mutating func invalidPackage() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        let attempt = try #require(driver.attempt("a"))
        driver.finish("a")
        driver.send(.publicationRefused(attempt, Failure(.invalidPackage, "it is cat/b-1")))
        #expect(driver.states() == ["a": .failed])
    }

    @Test("a full disk pauses everything with its reason; room continues it")
    mutating func fullDisk() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:", "c:"))
        driver.finish("a")
        let refused = driver.publications
        driver.send(.storageFull("disk full: 1 MiB left"))
        #expect(driver.scheduler.paused == "disk full: 1 MiB left")
        driver.finish("b")
        #expect(driver.states() == ["a": .publishing, "b": .publishing, "c": .ready])
        #expect(driver.building == [], "nothing starts")
        #expect(driver.job("c")?.waitsBecause == "disk full: 1 MiB left")
        #expect(driver.publications == refused, "nothing is published")
        #expect(driver.pass(10_000).contains(.probeStorage))
        driver.send(.storageFull("disk full: 2 MiB left"))
        driver.send(.storageFull("disk full: 3 MiB left"))
        #expect(driver.pass(10_000).filter { $0 == .probeStorage }.count == 1)
        driver.publications = []
        driver.send(.storageAvailable)
        #expect(driver.publications.map(\.cpv.name) == ["a", "b"])
        driver.publish("a")
        driver.publish("b")
        driver.build("c")
        #expect(driver.runState() == .succeeded)
    }
}
