import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Which job next")
struct OrderTests {
    var driver = SchedulerDriver()

    @Test("the longest remaining path goes first, then more dependents, then the name")
    mutating func order() throws {
        _ = driver.connect("one")
        driver.run(
            1,
            try plan(
                "z:", "y:", "wide:", "deep:", "w: wide", "v: wide", "d: deep", "e: d", "single:", "s: single",
                seconds: [
                    "z": 5, "y": 5, "wide": 10, "w": 10, "v": 10, "deep": 1, "d": 10, "e": 10, "single": 10, "s": 10,
                ]))
        var order: [String] = []
        while let next = driver.building.first {
            order.append(next)
            driver.build(next)
        }
        #expect(order == ["deep", "wide", "d", "single", "e", "s", "v", "w", "y", "z"])
    }

    @Test("resolving goes before building, the older run first among equals")
    mutating func resolvingFirst() throws {
        driver.run(1, try plan("a:", "b:"))
        driver.run(2, try plan("a:", "c:", epoch: 2))
        driver.submit(3)
        _ = driver.connect("one", slots: 5)
        #expect(driver.building == ["resolving 3", "a", "b", "a", "c"])
        #expect(driver.assigned.map(\.assignment.attempt.job.run.rawValue) == [3, 1, 1, 2, 2])
    }

    @Test(
        "a real tree takes the time of PORTAGE.md's table, third row", arguments: [(4, 9_388), (8, 4_694), (16, 3_952)])
    mutating func realTree(slots: Int, seconds: Int64) throws {
        let real = try RealGraph()
        let durations = Dictionary(uniqueKeysWithValues: zip(real.graph.nodes.map(\.cpv), real.seconds))
        let plan = try Planner(expected: { Expectation(duration: Int64((durations[$0] ?? 0) * 1000)) })
            .plan(real.graph)
        var scheduler = Scheduler(
            policy: Policy {
                $0.lease = 100_000_000
                $0.cores = .fixed
            }, now: Instant(milliseconds: 0))
        let run = RunID(rawValue: 1)
        let worker = WorkerName(rawValue: "one")
        var now = Instant(milliseconds: 0)
        var running = Heap<Timer>()
        var sequence: UInt64 = 0
        func carryOut(_ effects: [Effect]) -> [Event] {
            var events: [Event] = []
            for effect in effects {
                switch effect {
                case .assign(_, let assignment):
                    sequence += 1
                    let index = assignment.attempt.job.index
                    let duration = index < 0 ? 0 : plan.jobs[Int(index)].expected?.duration ?? 0
                    running.push(Timer(at: now + duration, sequence: sequence, purpose: .lease(assignment.attempt)))
                case .publish(let publication): events.append(.published(publication.attempt, publication.record))
                case .plan: events.append(.planned(run, plan))
                default: break
                }
            }
            return events
        }
        var events: [Event] = [
            .runSubmitted(run, request()), .workerConnected(worker, offer(slots: Int32(slots)), held: []),
        ]
        repeat {
            while !events.isEmpty { events += carryOut(scheduler.handle(events.removeFirst(), now: now)) }
            guard let next = running.pop(), case .lease(let attempt) = next.purpose else { break }
            now = next.at
            let outcome = attempt.job.isResolving ? Outcome.resolution(blob("graph")) : .package(blob("package"))
            events = [.attemptFinished(worker, attempt, outcome, Resources())]
        } while true
        #expect(scheduler.durable.runs[run]?.record.state == .succeeded)
        // A slot is free a moment before the package that was built in it lets others start.
        #expect(abs(now.milliseconds - seconds * 1000) < seconds)
    }

    @Test("the time of the end follows from the longest path and the slots, when most durations are known")
    mutating func eta() throws {
        let run = RunID(rawValue: 1)
        driver.run(1, try plan("a:", "b: a", "c:", "d:", seconds: ["a": 10, "b": 20, "c": 40, "d": 30]))
        #expect(driver.scheduler.outlook(run, now: driver.now)?.estimate?.expected == nil, "no worker is there")
        _ = driver.connect("one", slots: 2)
        let estimate = try #require(driver.scheduler.outlook(run, now: driver.now)?.estimate)
        #expect(estimate.earliest == driver.now + 50_000, "100 s of work in two slots")
        #expect(estimate.expected == driver.now + 60_000, "c and then b, while a and d are built")
        #expect(estimate.latest == driver.now + 90_000, "the longest path behind everything else")
        driver.pass(10_000)
        #expect(driver.scheduler.outlook(run, now: driver.now)?.estimate?.expected == driver.now + 50_000)
        _ = driver.connect("two", slots: 4)
        #expect(
            driver.scheduler.outlook(run, now: driver.now)?.estimate?.expected == driver.now + 30_000,
            "c and d have more slots now")
        driver.run(2, try plan("x:", "y:", "z:", seconds: ["x": 1]))
        #expect(driver.scheduler.outlook(RunID(rawValue: 2), now: driver.now)?.estimate == nil, "most were never built")
    }

    @Test("what decides the end is the longest way through what remains")
    mutating func decidingPath() throws {
        func path() -> [String] {
            driver.scheduler.outlook(RunID(rawValue: 1), now: driver.now)?.decidingPath.map {
                driver.scheduler.name(of: $0)
            } ?? []
        }
        _ = driver.connect("one", slots: 4)
        #expect(path().isEmpty, "nothing is to be built")
        driver.run(
            1, try plan("a:", "b: a", "c: a", "d: b c", "e:", seconds: ["a": 10, "b": 20, "c": 30, "d": 5, "e": 40]))
        #expect(path() == ["cat/a-1", "cat/c-1", "cat/d-1"])
        driver.pass(8000)
        #expect(path() == ["cat/a-1", "cat/c-1", "cat/d-1"], "45 s and 40 s were equally far")
        driver.build("a")
        driver.build("c")
        #expect(path() == ["cat/e-1"])
        driver.build("e")
        #expect(path() == ["cat/b-1", "cat/d-1"])
    }
}
