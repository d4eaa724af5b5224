import Core
import Shared

extension Scenario {
    /// Mostly small, for speed; one in ten thousand has hundreds to thousands of workers.
    package init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        let size = Size(&random)
        calm = Int64.random(in: size.storm, using: &random)
        hasPatience = Int.random(in: 0..<4, using: &random) > 0
        let retries = hasPatience ? 1_000 : Int.random(in: 0...3, using: &random)
        policy = Policy { $0.retries = retries }
        for index in 0..<Int.random(in: size.workers, using: &random) { workers.append(worker(index, &random)) }
        let count = Int.random(in: size.packages, using: &random)
        for index in 0..<min(count, Self.names.count) { packages.append(package(index, &random)) }
        for index in 0..<Int.random(in: size.runs, using: &random) { runs.append(run(index, &random)) }
        for _ in 0..<Int.random(in: size.faults, using: &random) {
            faults.append(Fault(at: Int64.random(in: 0..<calm, using: &random), kind: fault(&random)))
        }
    }

    private struct Size {
        var workers: ClosedRange<Int>
        var packages: ClosedRange<Int>
        var runs: ClosedRange<Int>
        var faults: ClosedRange<Int>
        var storm: ClosedRange<Int64>

        init(_ random: inout SeededGenerator) {
            switch Int.random(in: 0..<10_000, using: &random) {
            case 0:
                (workers, packages, runs, faults, storm) = (500...3_000, 100...600, 1...3, 50...500, 60_000...120_000)
            case 1..<20:
                (workers, packages, runs, faults, storm) = (30...200, 40...150, 1...4, 10...100, 60_000...200_000)
            case 20..<500:
                (workers, packages, runs, faults, storm) = (5...20, 12...40, 1...5, 3...30, 60_000...300_000)
            case 500..<3_500:
                (workers, packages, runs, faults, storm) = (2...5, 4...14, 1...4, 1...10, 40_000...200_000)
            default:
                (workers, packages, runs, faults, storm) = (1...3, 1...5, 1...3, 1...6, 20_000...90_000)
            }
        }
    }

    private func worker(_ index: Int, _ random: inout SeededGenerator) -> Worker {
        let slots = Int32.random(in: 1...(Int.random(in: 0..<4, using: &random) == 0 ? 8 : 2), using: &random)
        return Worker(
            name: WorkerName(rawValue: "worker-\(index)"), slots: slots,
            cores: slots * Int32.random(in: 1...4, using: &random),
            memory: Int64.random(in: 1...64, using: &random) << 30,
            starts: Int64.random(in: 0...(index == 0 ? 5_000 : calm / 2), using: &random),
            slowness: Int64.random(in: 50...300, using: &random))
    }

    private func package(_ index: Int, _ random: inout SeededGenerator) -> Package {
        var waits: Set<Int> = []
        if index > 0 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                waits.insert(Int.random(in: 0..<index, using: &random))
            }
        }
        let isLong = Int.random(in: 0..<12, using: &random) == 0
        let time = Int64.random(in: isLong ? 20_000...120_000 : 100...15_000, using: &random)
        let known = Bool.random(using: &random)
        return Package(
            cpv: Self.names[index], waitsFor: waits.sorted(), time: time, fate: Self.fate(&random),
            expected: known ? Expectation(duration: time * Int64.random(in: 1...3, using: &random)) : nil)
    }

    private static let passing = FailureClass.allCases.filter { $0.isTransient }
    private static let lasting = FailureClass.allCases.filter { !$0.isTransient && $0 != .cancelled }

    private static func fate(_ random: inout SeededGenerator) -> Fate {
        switch Int.random(in: 0..<40, using: &random) {
        case 0, 1: .fails(lasting.randomElement(using: &random) ?? .buildFailed)
        case 2, 3, 4:
            .flaky(passing.randomElement(using: &random) ?? .fetchFailed, times: Int.random(in: 1...4, using: &random))
        case 5: .flaky(.cancelled, times: 1)
        case 6: .bringsWrongPackage
        case 7: .bringsNoPackage
        case 8: .losesStaged
        case 9: .refused
        default: .builds
        }
    }

    private func run(_ index: Int, _ random: inout SeededGenerator) -> Run {
        // A few packages with all that they wait for.
        var chosen: Set<Int> = []
        let all = Bool.random(using: &random)
        for package in packages.indices.reversed() {
            if all || chosen.contains(package) || Int.random(in: 0..<3, using: &random) == 0 {
                chosen.insert(package)
                chosen.formUnion(packages[package].waitsFor)
            }
        }
        let changes = index > 0 && Int.random(in: 0..<3, using: &random) == 0
        let changed = changes ? chosen.sorted().filter { _ in Int.random(in: 0..<6, using: &random) == 0 } : []
        let fate: Fate =
            switch Int.random(in: 0..<30, using: &random) {
            case 0: .fails(.resolveFailed)
            case 1: .flaky(.fetchFailed, times: 2)
            default: .builds
            }
        return Run(
            farm: Int.random(in: 0..<4, using: &random) == 0 ? "other" : "farm",
            submitted: index == 0
                ? Int64.random(in: 0...5_000, using: &random) : Int64.random(in: 0..<calm, using: &random),
            packages: chosen.sorted(), changed: changed, fate: fate)
    }

    private func fault(_ random: inout SeededGenerator) -> Fault.Kind {
        let worker = Int.random(in: workers.indices, using: &random)
        // Long enough, now and then, for a lease to end.
        let time = Int64.random(in: 100...(Bool.random(using: &random) ? 5_000 : 60_000), using: &random)
        switch Int.random(in: 0..<26, using: &random) {
        case 24, 25: return .drain(worker: worker, time: time)
        case 0, 1, 2: return .workerDies(worker: worker, losesDisk: Bool.random(using: &random), down: time)
        case 3, 4: return .workerStops(worker: worker, down: time)
        case 5, 6, 7: return .connectionBreaks(worker: worker, down: time)
        case 8, 9: return .workerStalls(worker: worker, time: time)
        case 10, 11, 12: return .connectionLies(worker: worker, time: time)
        case 13: return .workerDiskFull(worker: worker, time: time)
        case 14: return .slotsChange(worker: worker, slots: Int32.random(in: 1...4, using: &random))
        case 15, 16: return .coordinatorDies(.beforeCommit, down: time)
        case 17, 18: return .coordinatorDies(.afterCommit, down: time)
        case 19: return .coordinatorDies(.afterEffects(Int.random(in: 1...6, using: &random)), down: time)
        case 20: return .storageFull(time: time)
        case 21:
            let jump = Int64.random(in: 100...600_000, using: &random)
            return .clockJumps(by: Bool.random(using: &random) ? jump : -min(jump, 120_000))
        default: return .cancel(run: Int.random(in: runs.indices, using: &random))
        }
    }
}

extension Scenario {
    static func id(ofRun index: Int) -> RunID { RunID(rawValue: Int64(index + 1)) }

    /// The run's plan as a planner would make it, and for each of its jobs the package's index.
    func plan(ofRun index: Int) -> (plan: Plan, packages: [Int]) {
        let run = runs[index]
        var positions: [Int: Int32] = [:]
        var changed = Set(run.changed)
        var jobs: [PlannedJob] = []
        for package in run.packages {
            let waits = packages[package].waitsFor.compactMap { positions[$0] }
            if packages[package].waitsFor.contains(where: changed.contains) { changed.insert(package) }
            let isRefused = packages[package].fate == .refused
            let position = Int32(jobs.count)
            positions[package] = position
            jobs.append(
                PlannedJob(
                    index: position, cpv: packages[package].cpv, slot: "0", repository: "gentoo", use: [], iuse: [],
                    waitsFor: waits, buildKey: Self.key(package, changed.contains(package) ? index : 0), reason: "new",
                    refusal: isRefused ? Failure(.refused, "asks questions") : nil,
                    expected: packages[package].expected))
        }
        return (Plan(jobs: jobs), run.packages)
    }

    private static let keys: [[ContentDigest]] = (0..<names.count).map { package in
        (0..<6).map { ContentHasher.digest(Array("\(package) \($0)".utf8)) }
    }

    private static func key(_ package: Int, _ variant: Int) -> ContentDigest { keys[package][min(variant, 5)] }
}
