import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Cores, memory and disk of a host")
struct ResourceTests {
    var driver = SchedulerDriver()
    let one = WorkerName(rawValue: "one")
    let two = WorkerName(rawValue: "two")
    static let GiB: Int64 = 1 << 30

    /// As `plan`, with what each job is expected to use.
    private func plan(_ lines: String..., expecting: [String: Core.Expectation]) throws -> Plan {
        var plan = try CoreTesting.plan(lines)
        for index in plan.jobs.indices { plan.jobs[index].expected = expecting[plan.jobs[index].cpv.name] }
        return plan
    }

    private mutating func connect(
        _ name: String, slots: Int32, cores: Int32 = 16, memory: Int64 = 64 << 30, disk: Int64? = nil
    ) {
        let offer = Offer(
            slots: slots, cores: cores, memory: memory, hostname: name, version: "1", engine: "podman", disk: disk)
        driver.send(.workerConnected(WorkerName(rawValue: name), offer, held: []))
    }

    private func memory(_ gibibytes: Int64, minutes: Int64 = 10) -> Core.Expectation {
        Core.Expectation(duration: minutes * 60_000, cpu: minutes * 60_000, cores: 2, memory: gibibytes << 30)
    }

    // MARK: Cores

    @Test("wall and CPU time tell what cores can share; without them a part is assumed")
    func model() {
        let policy = Policy()
        // 100 s with 4 cores, 340 s of CPU: 20 s alone, 320 s shared.
        let mixed = BuildModel(Core.Expectation(duration: 100_000, cpu: 340_000, cores: 4), policy)
        #expect(mixed == BuildModel(Core.Expectation(duration: 60_000, cpu: 340_000, cores: 8), policy))
        #expect(mixed.serial == 20_000)
        #expect(mixed.time(cores: 1) == 340_000)
        #expect(mixed.time(cores: 16) == 40_000)
        let serial = BuildModel(Core.Expectation(duration: 100_000, cpu: 100_000, cores: 4), policy)
        #expect(serial.time(cores: 16) == 100_000)
        #expect(serial.usefulCores(atLeast: 0.3) == 1)
        let waiting = BuildModel(Core.Expectation(duration: 100_000, cpu: 20_000, cores: 4), policy)
        #expect(waiting.time(cores: 16) == 100_000, "it waits for something that is no core")
        let unknown = BuildModel(Core.Expectation(duration: 100_000), policy)
        #expect(unknown.time(cores: 1) == 100_000)
        #expect(unknown.time(cores: 6) == 50_000)
    }

    @Test("few ready jobs share all cores, many get one slot's share each")
    func share() {
        var share = CoreShare(
            freeCores: 16, freeSlots: 8, readyJobs: 2, allFreeSlots: 8, path: 60, meanPath: 60, isCritical: false,
            usefulCores: 100)
        #expect(share.cores == 8)
        share.readyJobs = 100
        #expect(share.cores == 2)
        share.readyJobs = 1
        #expect(share.cores == 16)
        share.usefulCores = 3
        #expect(share.cores == 3, "no more than it can use")
    }

    @Test("where the longest path decides about the end, its jobs get more than the others")
    func criticalShare() {
        var share = CoreShare(
            freeCores: 16, freeSlots: 4, readyJobs: 4, allFreeSlots: 4, path: 300, meanPath: 150, isCritical: true,
            usefulCores: 100)
        #expect(share.cores == 8)
        share.path = 10_000
        #expect(share.cores == 16)
        share.path = 100
        #expect(share.cores == 4, "a shorter one gets no less than all")
        share.isCritical = false
        share.path = 10_000
        #expect(share.cores == 4, "where the amount of work decides, that would be waste")
    }

    @Test("a job on which the end hangs waits for cores when that ends it sooner")
    func gathering() {
        // 8 h with one core, 1 h with eight.
        let time: (Int32) -> Int64 = { 8 * 3_600_000 / Int64($0) }
        let minute: Int64 = 60_000
        let soon = Gathering(
            freeCores: 1, usefulCores: 8, ends: [(20 * minute, 3), (5 * minute, 3), (300 * minute, 8)], time: time)
        #expect(soon?.cores == 7)
        #expect(soon?.wait == 20 * minute)
        let late = Gathering(freeCores: 4, usefulCores: 8, ends: [(300 * minute, 4)], time: time)
        #expect(late == nil, "it would end later")
        #expect(Gathering(freeCores: 8, usefulCores: 8, ends: [(minute, 8)], time: time) == nil)
    }

    @Test("a host gathers cores for the job on which the end hangs, and says so")
    mutating func gather() throws {
        connect("one", slots: 4, cores: 4)
        let short = Expectation(duration: 60_000, cpu: 60_000, cores: 2)
        driver.run(
            1,
            try plan(
                "a:", "b:", "c:", "long: a", "d: a", "e: a", "f: a",
                expecting: [
                    "a": short, "b": short, "c": short, "d": short, "e": short, "f": short,
                    "long": Expectation(duration: 3_600_000, cpu: 14_000_000, cores: 4),
                ]))
        driver.build("a")
        #expect(driver.building == ["b", "c"])
        #expect(driver.job("long")?.waitsBecause == "the one worker gathers cores for it")
        #expect(driver.job("d")?.waitsBecause == "the one worker is kept free for a bigger job")
        driver.build("b")
        driver.build("c")
        #expect(driver.task("long")?.jobs == 4)
        driver.build("long")
        #expect(driver.building == ["d", "e", "f"])
    }

    @Test("jobs that spread over several hosts do not leave cores to each other on each of them")
    func spreadShare() {
        let share = CoreShare(
            freeCores: 8, freeSlots: 8, readyJobs: 2, allFreeSlots: 16, path: 60, meanPath: 60, isCritical: false,
            usefulCores: 100)
        #expect(share.cores == 8)
    }

    @Test("the cores of a host are divided among its builds, never more than it has")
    mutating func division() throws {
        connect("one", slots: 4, cores: 16)
        let wide = Core.Expectation(duration: 60_000, cpu: 900_000, cores: 16)
        driver.run(1, try plan("a:", "b:", "c: a", expecting: ["a": wide, "b": wide, "c": wide]))
        #expect(driver.task("a")?.jobs == 8)
        #expect(driver.task("b")?.jobs == 8)
        driver.build("b")
        driver.build("a")
        #expect(driver.task("c")?.jobs == 16, "it is alone")
    }

    @Test("a policy of fixed cores gives each slot its share")
    mutating func fixed() throws {
        driver = SchedulerDriver(policy: Policy { $0.cores = .fixed })
        connect("one", slots: 4, cores: 16)
        driver.run(1, try plan("a:", expecting: ["a": Core.Expectation(duration: 60_000, cpu: 900_000, cores: 16)]))
        #expect(driver.task("a")?.jobs == 4)
    }

    // MARK: Memory

    @Test("two memory-hungry builds are not put on one host; what needs less goes on")
    mutating func memoryOfOne() throws {
        connect("one", slots: 4, memory: 10 << 30)
        driver.run(
            1,
            try plan(
                "big:", "large:", "small:",
                expecting: ["big": memory(6, minutes: 30), "large": memory(5, minutes: 20), "small": memory(1)]))
        #expect(driver.building == ["big", "small"])
        #expect(driver.job("large")?.waitsBecause == "the one worker has no room: needs 5 GiB, 3 GiB free")
        driver.build("big")
        #expect(driver.building == ["small", "large"])
    }

    @Test("a big job goes where there is room for it, and says who has none")
    mutating func memoryElsewhere() throws {
        connect("one", slots: 4, memory: 8 << 30)
        driver.run(1, try plan("first:", expecting: ["first": memory(5)]))
        connect("two", slots: 4, memory: 4 << 30)
        driver.run(2, try plan("big:", "fits:", expecting: ["big": memory(6, minutes: 30), "fits": memory(4)]))
        #expect(driver.assigned.map(\.worker) == [one, two])
        #expect(driver.job("big", run: 2)?.waitsBecause == "all 2 workers have no room: needs 6 GiB, 3 GiB free")
        driver.build("first")
        #expect(driver.assigned.map(\.worker) == [two, one])
    }

    @Test("a job too big for every host goes to the biggest one, alone")
    mutating func tooBig() throws {
        connect("one", slots: 2, memory: 8 << 30)
        connect("two", slots: 2, memory: 16 << 30)
        driver.run(
            1,
            try plan(
                "a:", "b:", "huge:",
                expecting: ["a": memory(12, minutes: 60), "b": memory(7, minutes: 50), "huge": memory(64, minutes: 40)])
        )
        #expect(driver.assigned.map(\.worker) == [two, one])
        driver.build("b")
        #expect(driver.building == ["a"], "the smaller host stays empty")
        driver.build("a")
        #expect(driver.assigned.map(\.worker) == [two])
    }

    @Test("a job that failed where alone it has room is tried there again, whoever else is idle")
    mutating func failedAtTheOnlyOne() throws {
        connect("one", slots: 1, memory: 32 << 30)
        driver.run(1, try plan("a:", expecting: ["a": memory(16)]))
        connect("two", slots: 1, memory: 8 << 30)
        driver.finish("a", .failure(Failure(.fetchFailed, "no such host")))
        driver.pass(1_000)
        #expect(driver.assigned.map(\.worker) == [one])
    }

    @Test("another worker's opinion is only asked for where the job has room")
    mutating func noSecondOpinion() throws {
        connect("one", slots: 1, memory: 32 << 30)
        driver.run(1, try plan("a:", "b:", "c:", "d:", expecting: ["d": memory(16, minutes: 1)]))
        connect("two", slots: 1, memory: 8 << 30)
        driver.send(.drain(two))
        for _ in 0..<3 {
            driver.finish(try #require(driver.building.first), .failure(Failure(.buildFailed, "make failed")))
        }
        driver.send(.resume(two))
        driver.finish("d", .failure(Failure(.buildFailed, "make failed")))
        #expect(driver.states()["d"] == .failed)
    }

    @Test("what no build has told counts as its slot's share at most")
    mutating func unknownMemory() throws {
        connect("one", slots: 4, memory: 2 << 30)
        driver.run(1, try CoreTesting.plan("a:", "b:", "c:", "d:"))
        #expect(driver.building.count == 4)
    }

    @Test("after long enough a host is kept free for a big job that small ones always pass")
    mutating func patience() throws {
        connect("one", slots: 2, memory: 8 << 30)
        driver.run(
            1,
            try plan(
                "s1:", "s2:", "big:", "s3:", "s4:",
                expecting: [
                    "s1": memory(2, minutes: 60), "s2": memory(2, minutes: 50), "big": memory(7, minutes: 40),
                    "s3": memory(2, minutes: 30), "s4": memory(2, minutes: 20),
                ]))
        driver.build("s1")
        #expect(driver.building == ["s2", "s3"], "s2 leaves no room for big")
        let attempts = driver.assigned.map { HeldAttempt(attempt: $0.assignment.attempt, phase: nil, finished: false) }
        for _ in 0..<61 {
            driver.pass(10_000)
            driver.send(.renewed(one, attempts))
        }
        driver.build("s2")
        #expect(driver.building == ["s3"])
        #expect(driver.job("s4")?.waitsBecause == "the one worker is kept free for a bigger job")
        driver.build("s3")
        #expect(driver.building == ["big"])
        driver.build("big")
        #expect(driver.building == ["s4"])
    }

    @Test("a host kept free for a big job is there for other farms when there is no room for its package")
    mutating func patienceOfFullFarm() throws {
        connect("one", slots: 2, memory: 8 << 30)
        driver.run(
            1, try plan("s:", "big:", expecting: ["s": memory(2, minutes: 60), "big": memory(7)]), farm: "full")
        for _ in 0..<61 {
            driver.pass(10_000)
            driver.send(.renewed(one, driver.held("s")))
        }
        driver.run(2, try plan("other:", expecting: ["other": memory(2)]), farm: "other")
        #expect(driver.job("other", run: 2)?.waitsBecause == "the one worker is kept free for a bigger job")
        driver.send(.storageFull("no room", farm: "full"))
        #expect(driver.building == ["s", "other"])
    }

    @Test("memory that others use on a host, as it was told last, is not given away; what its builds use counts once")
    mutating func toldMemory() throws {
        connect("one", slots: 4, memory: 16 << 30)
        driver.run(
            1, try plan("a:", "b:", "c:", expecting: ["a": memory(4, minutes: 30), "b": memory(4, minutes: 20)]))
        #expect(driver.building == ["a", "b", "c"])
        driver.finish("c", .failure(Failure(.buildFailed, "make failed")))
        let held = driver.assigned.map { HeldAttempt(attempt: $0.assignment.attempt, phase: nil, finished: false) }
        // The two use 6 GiB of their 8, others 4.
        driver.send(.renewed(one, held, room: Room(memory: 6 << 30)))
        driver.run(2, try plan("d:", "e:", expecting: ["d": memory(5, minutes: 30), "e": memory(2, minutes: 20)]))
        #expect(driver.building == ["a", "b", "d"], "what the two use is not free, and is not taken off again")
        #expect(driver.job("e", run: 2)?.waitsBecause == "the one worker has no room: needs 2 GiB, 1 GiB free")
        driver.build("a")
        #expect(driver.building == ["b", "d"], "what has come free, the host has not said yet")
        let left = driver.assigned.map { HeldAttempt(attempt: $0.assignment.attempt, phase: nil, finished: false) }
        driver.send(.renewed(one, left, room: Room(memory: 7 << 30)))
        #expect(driver.building == ["b", "d", "e"])
    }

    @Test("a host with nothing to do is tried, whatever memory it says is free")
    mutating func toldMemoryOfIdleHost() throws {
        connect("one", slots: 2, memory: 16 << 30)
        driver.send(.renewed(one, [], room: Room(memory: 1 << 30)))
        driver.run(1, try plan("a:", "b:", expecting: ["a": memory(8, minutes: 30), "b": memory(8)]))
        #expect(driver.building == ["a"])
    }

    // MARK: Disk

    @Test("a build goes where the disk that is free will do, as it was told last")
    mutating func disk() throws {
        let expected = Core.Expectation(duration: 60_000, memory: 1 << 28, disk: 40 << 30)
        connect("one", slots: 2, disk: 50 << 30)
        driver.run(1, try plan("a:", "b:", expecting: ["a": expected, "b": expected]))
        #expect(driver.building == ["a"])
        #expect(driver.job("b")?.waitsBecause == "the one worker has no room: needs 40 GiB of disk, 10 GiB free")
        let held = HeldAttempt(attempt: try #require(driver.attempt("a")), phase: .building, finished: false)
        driver.send(.renewed(one, [held], room: Room(disk: 90 << 30)))
        #expect(driver.building == ["a", "b"])
    }

    // MARK: Speed

    /// Room for the work directory in memory, of the leases that were given; 0 where it is on the disk.
    private func worksInMemory() -> [String: Int64] {
        var sizes: [String: Int64] = [:]
        for assignment in driver.assigned.map(\.assignment) {
            guard case .build(let task) = assignment.work else { continue }
            sizes[task.cpv.name] = task.workInMemory ?? 0
        }
        return sizes
    }

    @Test("a build whose work directory was small works in memory, as far as the host has it to spare")
    mutating func workInMemory() throws {
        connect("one", slots: 4, memory: 16 << 30)
        let GiB = Self.GiB
        let expected: [String: Core.Expectation] = [
            "small": .init(duration: 1000, memory: GiB, disk: 300 << 20),
            "tiny": .init(duration: 1000, memory: GiB, disk: 1 << 20),
            "big": .init(duration: 1000, memory: GiB, disk: 3 * GiB),
            "untold": .init(duration: 1000, memory: GiB, disk: 4096),
        ]
        try driver.run(1, plan("small", "tiny", "big", "untold", expecting: expected))
        #expect(worksInMemory() == ["small": 600 << 20, "tiny": 64 << 20, "big": 0, "untold": 0])
    }

    @Test("a work directory in memory leaves the other slots what unknown builds need")
    mutating func workInMemoryLeavesRoom() throws {
        connect("one", slots: 4, memory: 5 << 30)
        let expected = Core.Expectation(duration: 1000, memory: Self.GiB, disk: 300 << 20)
        try driver.run(
            1, plan("a", "b", "c", "d", expecting: ["a": expected, "b": expected, "c": expected, "d": expected]))
        #expect(worksInMemory().values.filter { $0 > 0 }.count == 1)
        let given = worksInMemory().values.reduce(4 * Self.GiB, +)
        #expect(given <= 5 * Self.GiB)
    }

    @Test("the most urgent job goes to the faster host, as its builds have shown; remembered over restarts")
    mutating func speed() throws {
        for _ in 0..<2 { connect("one", slots: 1, cores: 1) }
        var names: [String: Core.Expectation] = [:]
        for job in ["a", "b", "c", "d", "e", "f"] {
            names[job] = Core.Expectation(duration: 60_000, cpu: 60_000, cores: 2)
        }
        driver.run(1, try plan("a:", "b:", "c:", expecting: names))
        connect("two", slots: 1, cores: 1)
        for _ in 0..<3 {
            for (worker, wall) in [(one, Int64(60_000)), (two, 30_000)] {
                guard let position = driver.assigned.firstIndex(where: { $0.worker == worker }) else { continue }
                let (_, assignment) = driver.assigned.remove(at: position)
                driver.send(
                    .attemptFinished(worker, assignment.attempt, .package(blob("x")), Resources(wall: wall)))
            }
        }
        driver.run(2, try plan("d:", "e:", "f:", expecting: names))
        for worker in [two, one, two, one, two, one] {
            guard let position = driver.assigned.firstIndex(where: { $0.worker == worker }) else { continue }
            let (_, assignment) = driver.assigned.remove(at: position)
            driver.send(
                .attemptFinished(
                    worker, assignment.attempt, .package(blob("y")), Resources(wall: worker == two ? 30_000 : 60_000)))
        }
        let speeds = driver.scheduler.workers().compactMap(\.speed)
        #expect(speeds == [1, 2])
        driver.restart()
        connect("one", slots: 1, cores: 1)
        connect("two", slots: 1, cores: 1)
        driver.run(
            3,
            try plan(
                "x:", "y:",
                expecting: ["x": Core.Expectation(duration: 90_000), "y": Core.Expectation(duration: 10_000)]))
        #expect(driver.assigned.map(\.worker) == [two, one])
        #expect(driver.building == ["x", "y"])
    }

    @Test("a host's speed is the middle of its last builds: a few odd ones change nothing")
    func median() {
        var speed = HostSpeed()
        #expect(!speed.isKnown)
        for took in [50, 50, 5_000, 50, 1] as [Int64] { speed.learn(expected: 100, took: took) }
        #expect(speed.factor == 2)
        #expect(speed.scale(1000) == 500)
    }

    // MARK: Time limits

    @Test(
        "a build may take ten times what is expected on its host, at least half an hour, never more than the farm allows"
    )
    mutating func timeLimits() throws {
        driver.buildLimits.timeout = .seconds(4 * 3600)
        connect("one", slots: 4, cores: 4)
        func expect(_ minutes: Int64) -> Core.Expectation {
            Core.Expectation(duration: minutes * 60_000, cpu: minutes * 60_000, cores: 2)
        }
        driver.run(
            1,
            try plan(
                "short:", "usual:", "long:", "new:",
                expecting: ["short": expect(1), "usual": expect(10), "long": expect(60)]))
        #expect(driver.task("short")?.limits.timeout == .seconds(1800))
        #expect(driver.task("usual")?.limits.timeout == .seconds(6000))
        #expect(driver.task("long")?.limits.timeout == .seconds(14_400))
        #expect(driver.task("new")?.limits.timeout == .seconds(14_400))
        driver.finish("usual", .failure(Failure(.timedOut, "the build was ended after 6000 s")))
        #expect(
            driver.job("usual")?.failure?.reason
                == "the build was ended after 6000 s (limit 100 min, from the 10 min of earlier builds; the farm's is 4 h)"
        )
        #expect(
            driver.task("usual")?.limits.timeout == .seconds(14_400), "the second attempt has all that the farm allows")
    }
}
