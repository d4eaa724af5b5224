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

    @Test("what was given to many is looked for at the last few, and nothing grows without end")
    func bounds() {
        var locality = Locality()
        let file = Locality.File(mark: 1, size: 10)
        for number in 0..<1000 { locality.note([file], at: WorkerName(rawValue: "\(number)")) }
        #expect(
            locality.bytes(of: [file]) == [
                WorkerName(rawValue: "999"): 10, WorkerName(rawValue: "998"): 10, WorkerName(rawValue: "997"): 10,
                WorkerName(rawValue: "996"): 10,
            ])
        for mark in 0..<400_000 as Range<UInt64> { locality.note([.init(mark: mark, size: 1)], at: a) }
        #expect(locality.bytes(of: (0..<400_000).map { .init(mark: $0, size: 1) })[a] ?? 0 <= 1 << 17)
    }

    @Test("an empty file counts too, and who has nothing is not named")
    func bytes() {
        var locality = Locality()
        locality.note([.init(mark: 1, size: 0), .init(mark: 2, size: 5)], at: a)
        locality.note([.init(mark: 2, size: 5)], at: b)
        #expect(locality.bytes(of: [.init(mark: 1, size: 0), .init(mark: 2, size: 5)]) == [a: 6, b: 5])
        #expect(locality.bytes(of: [.init(mark: 3, size: 5)]) == [:])
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
