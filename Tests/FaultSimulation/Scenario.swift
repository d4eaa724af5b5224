import Core
import Shared

/// All that happens from outside in one simulation: who builds what when, and what goes wrong. A seed gives one; a subset of
/// a seed's parts is one too, so that a failing scenario can be made smaller.
package struct Scenario: Sendable {
    package let seed: UInt64
    var workers: [Worker] = []
    var packages: [Package] = []
    var runs: [Run] = []
    var faults: [Fault] = []
    /// Nothing goes wrong from then on.
    var calm: Int64 = 0
    var policy = Policy()
    /// Transient failures never end a job, so that the outcome of each is known.
    var hasPatience = true

    struct Worker: Sendable {
        var name: WorkerName
        var slots: Int32
        var cores: Int32
        var memory: Int64
        var starts: Int64
        /// A build takes so many hundredths of its time here.
        var slowness: Int64
        /// Bytes free while nothing is built; nil: it does not say.
        var disk: Int64?
        /// Bytes that other programs use every other while; nil: it does not say what is free.
        var others: Int64?
    }

    struct Package: Sendable {
        var cpv: CPV
        /// Indexes of earlier packages.
        var waitsFor: [Int]
        var time: Int64
        var fate: Fate
        /// What earlier builds tell about it.
        var expected: Expectation?
        /// Indexes of later packages, or its own, that it is built with: the image's copies of them.
        var lacks: [Int] = []
        /// The image has it.
        var isInstalled = false
        /// What dependents see of it does not tell of what it was built.
        var hidesChanges = false
        /// The coordinator can look into it.
        var hasOutput = true
    }

    /// What becomes of each build of a package.
    enum Fate: Sendable, Equatable {
        case builds
        case fails(FailureClass)
        /// The first few attempts fail for a passing reason.
        case flaky(FailureClass, times: Int)
        /// The coordinator refuses what comes.
        case bringsWrongPackage
        /// The worker offers something that is no package.
        case bringsNoPackage
        /// The staged file is gone when it is to be published, the first time.
        case losesStaged
        /// Known from the plan.
        case refused
    }

    struct Run: Sendable {
        var farm: String
        var submitted: Int64
        /// Indexes of packages; what these wait for is in, too.
        var packages: [Int]
        /// Packages changed since the earlier runs: they and their dependents have another build key.
        var changed: [Int]
        /// Of resolving; `fails` is a document from which no plan can be made.
        var fate: Fate
        var secondPass = false
        /// What the image has and the run does not build is packed.
        var packsBase = false
    }

    static let start = Instant(milliseconds: 1_000_000_000)

    /// Shared by all scenarios: names are made once.
    static let names: [CPV] = (0..<1_000).compactMap { try? CPV("cat/p\($0)-1") }
    static let indexes = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })

    static func blob(_ text: String) -> Blob {
        Blob(digest: ContentHasher.digest(Array(text.utf8)), size: Int64(text.utf8.count))
    }
}

/// What of a seed's scenario is kept: `w0,2 r0 p1,4 f3` are workers, runs, packages and faults by index.
package struct ScenarioSubset: Sendable, Equatable, CustomStringConvertible {
    package enum Part: Sendable, Hashable {
        case worker(Int), run(Int), package(Int), fault(Int)
    }

    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }

    /// nil for a text that is none.
    package init?(_ text: String) {
        parts = []
        for word in text.split(separator: " ") {
            for number in word.dropFirst().split(separator: ",") {
                guard let index = Int(number) else { return nil }
                switch word.first {
                case "w": parts.append(.worker(index))
                case "r": parts.append(.run(index))
                case "p": parts.append(.package(index))
                case "f": parts.append(.fault(index))
                default: return nil
                }
            }
        }
    }

    package var description: String {
        var numbers: [Character: [Int]] = [:]
        for part in parts {
            switch part {
            case .worker(let index): numbers["w", default: []].append(index)
            case .run(let index): numbers["r", default: []].append(index)
            case .package(let index): numbers["p", default: []].append(index)
            case .fault(let index): numbers["f", default: []].append(index)
            }
        }
        return "wrpf".compactMap { kind in
            numbers[kind].map { "\(kind)" + $0.sorted().map(String.init).joined(separator: ",") }
        }.joined(separator: " ")
    }
}

extension Scenario {
    /// All there is to drop.
    package var parts: [ScenarioSubset.Part] {
        faults.indices.map { .fault($0) } + runs.indices.map { .run($0) } + packages.indices.map { .package($0) }
            + workers.indices.map { .worker($0) }
    }

    /// The same without what is not kept. Indexes stay: what is dropped is empty, absent, or never happens.
    package func keeping(_ subset: ScenarioSubset) -> Scenario {
        let kept = Set(subset.parts)
        var smaller = self
        for index in runs.indices {
            smaller.runs[index].packages.removeAll { !kept.contains(.package($0)) }
            if !kept.contains(.run(index)) { smaller.runs[index].submitted = .max }
        }
        for index in packages.indices {
            smaller.packages[index].waitsFor.removeAll { !kept.contains(.package($0)) }
            smaller.packages[index].lacks.removeAll { !kept.contains(.package($0)) }
            if !kept.contains(.package(index)) { smaller.packages[index].isInstalled = false }
        }
        for index in workers.indices where !kept.contains(.worker(index)) { smaller.workers[index].starts = .max }
        smaller.faults = faults.indices.filter { kept.contains(.fault($0)) }.map { faults[$0] }
        return smaller
    }

    /// For people; `faults` are those that are left.
    package var lines: [String] {
        var lines = ["calm from \(calm) ms, retries \(policy.retries), patience \(policy.patience) ms"]
        for (index, worker) in workers.enumerated() where worker.starts != .max {
            let disk = worker.disk.map { ", \($0 >> 20) MiB of disk" } ?? ""
            lines.append(
                "worker \(index): \(worker.slots) slots, \(worker.cores) cores, \(worker.memory >> 20) MiB\(disk), "
                    + "from \(worker.starts) ms")
        }
        for (index, run) in runs.enumerated() where run.submitted != .max {
            lines.append(
                "run \(index + 1) in \(run.farm) at \(run.submitted) ms: \(run.fate), changed \(run.changed)"
                    + (run.secondPass ? ", second pass" : "") + (run.packsBase ? ", packs the base" : ""))
            for package in run.packages { lines.append("    p\(package): \(words(packages[package]))") }
        }
        let packed = packages.indices.filter { packages[$0].isInstalled }
        if !packed.isEmpty { lines.append("in the image: " + packed.map { "p\($0)" }.joined(separator: " ")) }
        return lines + faults.sorted { $0.at < $1.at }.map(\.description)
    }

    private func words(_ package: Package) -> String {
        var words = package.waitsFor.map { "p\($0)" } + package.lacks.map { "(p\($0))" }
        words.append("(\(package.time) ms, \(package.fate)")
        if let expected = package.expected, expected.memory > 0 || expected.disk > 0 {
            words.append("\(expected.memory >> 20) MiB, \(expected.disk >> 20) MiB of disk")
        }
        if package.hidesChanges { words.append("hides changes") }
        if !package.hasOutput { words.append("has no output") }
        return words.joined(separator: " ") + ")"
    }
}
