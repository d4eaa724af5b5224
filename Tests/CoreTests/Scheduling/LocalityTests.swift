import CoreTesting
import Shared
import Testing

@testable import Core

@Suite("Where a job's files are already")
struct LocalityTests {
    var driver = SchedulerDriver()
    private let a = WorkerName(rawValue: "a")
    private let b = WorkerName(rawValue: "b")

    @Test("of equally good workers the one that has been given a job's packages gets it", arguments: [true, false])
    mutating func worker(restarts: Bool) throws {
        _ = driver.connect("b")
        driver.run(1, try plan("lib:", "user: lib", "later: user lib"))
        driver.finish("lib")
        driver.publish("lib")
        driver.finish("user")
        let publication = try #require(driver.publications.first)
        if restarts {
            driver.restart()
            _ = driver.connect("b")
        }
        _ = driver.connect("a")
        driver.send(.published(publication.attempt, publication.record))
        #expect(driver.assigned.map(\.worker) == [b], "a is the first by its name")
    }

    @Test("of equally good workers the one that has been given a job's distfile gets it")
    mutating func distfile() throws {
        let digest = try #require(BLAKE2bDigest(bytes: [UInt8](repeating: 7, count: BLAKE2bDigest.byteCount)))
        let source = try #require(Distfile(name: "source.tar.gz", size: 1000, digest: digest))
        func needing(_ name: String) throws -> Plan {
            var plan = try plan("\(name):")
            plan.jobs[0].distfiles = [source]
            return plan
        }
        _ = driver.connect("b")
        driver.run(1, try needing("first"))
        driver.finish("first")
        driver.publish("first")
        _ = driver.connect("a")
        driver.run(2, try needing("second"))
        #expect(driver.assigned.map(\.worker) == [b], "a is the first by its name")
    }

    @Test("what was given to many is looked for at the last few")
    func bounds() {
        var locality = Locality()
        for name in 0..<1000 { locality.note(1, at: locality.number(of: WorkerName(rawValue: "\(name)"))) }
        // Again, which changes only who was last.
        locality.note(1, at: locality.number(of: WorkerName(rawValue: "997")))
        locality.count(1, 10, workers: 1000)
        #expect(locality.most == 0, "all have it")
        locality.count(1, 10, workers: 2000)
        #expect(locality.havers.map(\.name.rawValue) == ["996", "997", "998", "999"])
        #expect(locality.most == 10)
        locality.clear()
        #expect(locality.most == 0 && locality.havers.isEmpty)
    }

    @Test("nothing grows without end")
    func forgetting() {
        var locality = Locality()
        let number = locality.number(of: a)
        for mark in 0..<400_000 as Range<UInt64> { locality.note(mark, at: number) }
        for mark in 0..<400_000 as Range<UInt64> { locality.count(mark, 1, workers: 2) }
        #expect(locality.held(by: number) <= 1 << 17)
    }

    @Test("an empty file counts too, and who has nothing is not named")
    func bytes() {
        var locality = Locality()
        let (first, second) = (locality.number(of: a), locality.number(of: b))
        locality.note(1, at: first)
        locality.note(2, at: first)
        locality.note(2, at: second)
        locality.count(1, 0, workers: 3)
        locality.count(2, 5, workers: 3)
        #expect(locality.held(by: first) == 6)
        #expect(locality.held(by: second) == 5)
        locality.clear()
        locality.count(3, 5, workers: 3)
        #expect(locality.havers.isEmpty)
    }

    @Test("fewer packages are sent to the hosts of a farm, and its runs are not longer")
    func farms() throws {
        var (sent, without, longer) = (0, 0, [Double]())
        for seed in 1...20 as ClosedRange<UInt64> {
            var farm = VirtualFarm(
                graph: Self.graph(seed), hosts: (0..<4).map { _ in .init(slots: 1, cores: 2) }, seed: seed)
            let local = try farm.run()
            farm.prefersLocality = false
            let any = try farm.run()
            sent += local.sent
            without += any.sent
            longer.append(Double(local.makespan) / Double(any.makespan))
        }
        #expect(Double(sent) < 0.95 * Double(without), "\(sent) of \(without)")
        #expect(longer.reduce(0, +) / 20 < 1.005, "\(longer)")
    }

    /// Sixty libraries, and three hundred packages that need three each that lie near each other.
    private static func graph(_ seed: UInt64) -> BuildGraph {
        var noise = LogNormal(seed: seed, sigma: 0.5)
        return BuildGraph(
            jobs: (0..<360).map { number in
                let first = Int32(noise.next() * 40) % 57
                return BuildGraph.Job(
                    name: "job\(number)", waitsFor: number < 60 ? [] : [first, first + 1, first + 2],
                    cost: BuildCost(wall: Int64(noise.next() * 60_000)))
            })
    }
}
