import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Failed attempts and bad workers")
struct ConductTests {
    var driver = SchedulerDriver()
    let one = WorkerName(rawValue: "one")
    let two = WorkerName(rawValue: "two")
    private let lost = Outcome.failure(Failure(.workerLost, "podman does not start"))
    private let failed = Outcome.failure(Failure(.buildFailed, "make failed"))

    // MARK: Retries

    @Test("each kind of failure has its own number of retries")
    func table() {
        let policy = Policy()
        let expected: [FailureClass: Int] = [
            .workerLost: 5, .fetchFailed: 5, .transferFailed: 5, .outOfDisk: 5, .outOfMemory: 2, .timedOut: 1,
        ]
        for failureClass in FailureClass.allCases {
            #expect(Retry.rule(for: failureClass, policy).times == expected[failureClass] ?? 0)
        }
    }

    @Test("a broken engine does not burn the queue: the first retry is at once, the next ones later and later")
    mutating func brokenEngine() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        var pauses: [Int64] = []
        while driver.states() != ["a": .failed] {
            driver.finish("a", lost)
            let before = driver.now
            while driver.building.isEmpty, driver.states() != ["a": .failed] { driver.pass(500) }
            pauses.append(driver.now - before)
        }
        #expect(pauses == [0, 1_000, 2_000, 4_000, 8_000, 0])
    }

    @Test("a build that ran out of memory gets fewer cores and more memory, twice")
    mutating func outOfMemory() throws {
        let offer = Offer(slots: 2, cores: 8, memory: 32 << 30, hostname: "h", version: "1", engine: "podman")
        driver.send(.workerConnected(one, offer, held: []))
        var plan = try plan("a:")
        plan.jobs[0].expected = Expectation(duration: 600_000, cpu: 4_000_000, cores: 8, memory: 6 << 30)
        driver.run(1, plan)
        var seen: [(Int32?, Int64?)] = []
        for _ in 0..<3 {
            seen.append(
                (driver.task("a")?.jobs, driver.attempt("a").flatMap { driver.scheduler.leases[$0]?.grant.memory }))
            driver.finish("a", .failure(Failure(.outOfMemory, "killed")))
        }
        #expect(seen.map(\.0) == [8, 4, 2])
        #expect(seen.map(\.1) == [6 << 30, 12 << 30, 24 << 30])
        #expect(driver.states() == ["a": .failed])
    }

    @Test("a build that took too long is tried once more, elsewhere")
    mutating func timedOut() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:"))
        _ = driver.connect("two")
        driver.finish("a", .failure(Failure(.timedOut, "too long")))
        #expect(driver.assigned.map(\.worker) == [two])
        driver.finish("a", .failure(Failure(.timedOut, "too long")))
        #expect(driver.states() == ["a": .failed])
    }

    // MARK: Setting aside

    /// One worker takes everything, then there is a second one that is busy.
    private mutating func twoWorkers() throws {
        _ = driver.connect("two")
        driver.run(9, try plan("busy:", epoch: 9))
        _ = driver.connect("one")
    }

    @Test("three different jobs in a row that fail by a worker's fault set it aside; a probe brings it back")
    mutating func aside() throws {
        try twoWorkers()
        driver.run(1, try plan("a:", "b:", "c:", "d:", "e:", "f:"))
        for job in ["a", "b", "c"] { driver.finish(job, lost) }
        #expect(driver.building == ["busy"])
        let view = try #require(driver.scheduler.workers().first { $0.name == one })
        #expect(
            view.setAside
                == "3 jobs in a row failed there, the last by worker-lost: podman does not start; probed in 5 min")
        #expect(driver.job("d")?.waitsBecause == "all 1 slots are taken; 1 of 2 workers is set aside")
        driver.restart()
        _ = driver.connect("one")
        _ = driver.connect("two", held: driver.held("busy"))
        #expect(driver.building == ["busy"], "a restart does not forget it")
        driver.keep("busy", at: two, for: 300_000)
        #expect(driver.building.count == 2, "one job probes it")
        driver.build(driver.building[1])
        #expect(driver.building.count == 2)
        #expect(driver.scheduler.workers().first { $0.name == one }?.setAside == nil)
    }

    @Test("a worker is probed with one job, whatever its slots; a bad probe sets it aside for twice as long")
    mutating func probe() throws {
        _ = driver.connect("two")
        driver.run(9, try plan("busy:", epoch: 9))
        _ = driver.connect("one", slots: 3)
        driver.run(1, try plan("a:", "b:", "c:", "d:", "e:", "f:", "g:"))
        for job in ["a", "b", "c"] { driver.finish(job, lost) }
        let running = driver.building.filter { $0 != "busy" }
        for job in running { driver.build(job) }
        driver.keep("busy", at: two, for: 300_000)
        #expect(driver.assigned.count { $0.worker == one } == 1)
        driver.finish(driver.building[1], lost)
        driver.keep("busy", at: two, for: 590_000)
        #expect(driver.building == ["busy"])
        driver.keep("busy", at: two, for: 10_000)
        #expect(driver.assigned.count { $0.worker == one } == 1)
    }

    @Test("the last worker is never set aside")
    mutating func last() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:", "c:", "d:"))
        for job in ["a", "b", "c"] { driver.finish(job, .failure(Failure(.fetchFailed, "no mirror answers"))) }
        #expect(driver.building == ["d"])
    }

    @Test("when only workers that are set aside remain, one is probed at once")
    mutating func onlyAside() throws {
        try twoWorkers()
        driver.run(1, try plan("a:", "b:", "c:", "d:", "e:"))
        for job in ["a", "b", "c"] { driver.finish(job, lost) }
        #expect(driver.building == ["busy"])
        driver.send(.workerDisconnected(two))
        #expect(driver.assigned.map(\.worker) == [two], "it holds a lease and is expected back")
        driver.pass(driver.scheduler.policy.lease)
        #expect(driver.assigned.map(\.worker) == [two, one])
    }

    @Test("all leases that one crash loses count once")
    mutating func crash() throws {
        _ = driver.connect("two")
        driver.run(9, try plan("busy:", epoch: 9))
        _ = driver.connect("one", slots: 4)
        driver.run(1, try plan("a:", "b:", "c:", "d:"))
        driver.forget("one")
        _ = driver.connect("one", slots: 4)
        #expect(driver.building.count == 5)
    }

    @Test("resuming a worker pardons it")
    mutating func pardon() throws {
        try twoWorkers()
        driver.run(1, try plan("a:", "b:", "c:", "d:"))
        for job in ["a", "b", "c"] { driver.finish(job, lost) }
        #expect(driver.building == ["busy"])
        driver.send(.resume(one))
        #expect(driver.building.count == 2)
    }

    // MARK: Second opinions

    @Test("a worker in good standing is believed: a failed build is the package's fault")
    mutating func believed() throws {
        try twoWorkers()
        driver.run(1, try plan("a:"))
        driver.finish("a", failed)
        #expect(driver.states() == ["a": .failed])
    }

    @Test(
        "when nothing builds at a worker, another one's opinion is asked"
    )
    mutating func refuted() throws {
        _ = driver.connect("one")
        driver.run(1, try plan("a:", "b:", "c:", "d:", "e:"))
        driver.finish("a", failed)
        driver.finish("b", failed)
        _ = driver.connect("two")
        #expect(driver.building == ["c", "d"])
        driver.finish("c", failed)
        #expect(driver.states()["c"] == .ready)
        #expect(driver.building == ["d", "e"])
        driver.build("d")
        #expect(driver.assigned.map(\.worker) == [one, two])
        driver.build("c")
        #expect(driver.states()["c"] == .published)
        #expect(driver.stored.workers[one]?.conduct.refuted == ["cat/c-1"])
        #expect(driver.states()["a"] == .failed)
    }

    @Test("what fails at two workers has failed, and speaks against neither")
    func confirmed() {
        let policy = Policy()
        let now = Instant(milliseconds: 1)
        var conduct = Conduct()
        for job in ["a", "b", "c"] {
            conduct.failed(job, Failure(.buildFailed, "so"), lost: false, now, policy)
        }
        #expect(conduct.isSuspicious)
        conduct.wasConfirmed("c")
        #expect(!conduct.isSuspicious)
    }

    @Test("three refuted failures set a worker aside; good builds make up for it")
    func strikes() {
        let policy = Policy { $0.goodBuilds = 2 }
        var now = Instant(milliseconds: 1)
        var conduct = Conduct()
        for job in ["a", "b", "c"] {
            #expect(!conduct.isAside(now))
            conduct.wasRefuted(job, now, policy)
        }
        #expect(conduct.aside?.reason == "3 jobs that failed there were built elsewhere: a, b, c")
        now = now + policy.firstAside
        #expect(conduct.isProbed(now))
        conduct.succeeded(now, policy)
        #expect(conduct.aside == nil)
        #expect(conduct.isSuspicious, "it stays under watch")
        conduct.succeeded(now, policy)
        #expect(!conduct.isSuspicious)
    }
}
