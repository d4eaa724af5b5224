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
        // Drawn apart: the rest of a seed does not depend on it.
        var other = SeededGenerator(seed: Dice.mix(seed))
        addChanges(&other)
        addCycles(&other)
        addNeeds(&other)
    }

    /// Packages that are rebuilt, whether that shows or not.
    private mutating func addChanges(_ random: inout SeededGenerator) {
        for index in packages.indices {
            packages[index].hidesChanges = Bool.random(using: &random)
            packages[index].hasOutput = Int.random(in: 0..<12, using: &random) > 0
        }
        for index in runs.indices.dropFirst() where Bool.random(using: &random) {
            let changed = runs[index].packages.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            runs[index].changed = Set(runs[index].changed).union(changed).sorted()
        }
    }

    /// Packages that are built with the image's copy of a later one, and built again in most runs.
    private mutating func addCycles(_ random: inout SeededGenerator) {
        for index in packages.indices {
            packages[index].isInstalled = Int.random(in: 0..<6, using: &random) == 0
        }
        for index in runs.indices { runs[index].packsBase = Int.random(in: 0..<6, using: &random) == 0 }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        for index in packages.indices where Int.random(in: 0..<3, using: &random) == 0 {
            let lacked = Int.random(in: index..<packages.count, using: &random)
            packages[index].lacks = [lacked]
            packages[lacked].isInstalled = true
        }
        for index in runs.indices { runs[index].secondPass = Int.random(in: 0..<5, using: &random) > 0 }
    }

    /// Builds that need much of their hosts, and farms without room for packages.
    private mutating func addNeeds(_ random: inout SeededGenerator) {
        if Int.random(in: 0..<3, using: &random) == 0 {
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let farm = runs.randomElement(using: &random)?.farm ?? "farm"
                let time = Int64.random(in: 1_000...90_000, using: &random)
                faults.append(
                    Fault(at: Int64.random(in: 0..<calm, using: &random), kind: .farmFull(farm, time: time)))
            }
        }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        policy.patience = Int64.random(in: 10_000...600_000, using: &random)
        for index in workers.indices {
            workers[index].memory = Int64.random(in: 1...16, using: &random) << 30
            if Bool.random(using: &random) {
                workers[index].others = Int64.random(in: 0...workers[index].memory, using: &random)
            }
            if Bool.random(using: &random) { workers[index].disk = Int64.random(in: 1...32, using: &random) << 30 }
        }
        for index in packages.indices where Int.random(in: 0..<3, using: &random) > 0 {
            let package = packages[index]
            var expected = package.expected ?? Expectation(duration: package.time)
            expected.memory = Int64.random(in: 1...(Bool.random(using: &random) ? 160 : 40), using: &random) << 27
            expected.disk = Int64.random(in: 0...64, using: &random) << 28
            packages[index].expected = expected
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let worker = Int.random(in: workers.indices, using: &random)
            let memory = Int64.random(in: 1...16, using: &random) << 30
            faults.append(
                Fault(
                    at: Int64.random(in: 0..<calm, using: &random),
                    kind: .memoryChanges(worker: worker, memory: memory)))
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
