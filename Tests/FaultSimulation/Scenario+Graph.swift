import Core
import Shared

/// What the planner gets, and what a package really is.
extension Scenario {
    static func id(ofRun index: Int) -> RunID { RunID(rawValue: Int64(index + 1)) }

    private static func index(of run: RunID) -> Int { Int(run.rawValue) - 1 }

    /// As the probe would write it.
    func graph(ofRun index: Int) -> ResolvedGraph {
        let run = runs[index]
        var positions: [Int: Int] = [:]
        for (position, package) in run.packages.enumerated() { positions[package] = position }
        var nodes: [ResolvedGraph.Node] = []
        var edges: [ResolvedGraph.Edge] = []
        for (position, package) in run.packages.enumerated() {
            nodes.append(
                ResolvedGraph.Node(
                    index: position, cpv: packages[package].cpv, repository: "gentoo",
                    properties: packages[package].fate == .refused ? ["interactive"] : [],
                    recipe: Self.recipes[package][variant(of: package, inRun: index)]))
            for needed in packages[package].waitsFor {
                guard let dependency = positions[needed] else { continue }
                edges.append(.init(dependent: position, dependency: dependency, kinds: [.init(.buildtime)]))
            }
            for needed in packages[package].lacks {
                guard let dependency = positions[needed] else { continue }
                edges.append(
                    .init(dependent: position, dependency: dependency, kinds: [.init(.buildtime, satisfied: true)]))
            }
        }
        let installed = packages.filter(\.isInstalled).map {
            ResolvedGraph.BasePackage(cpv: $0.cpv, repository: "gentoo", digest: Self.nothing)
        }
        return ResolvedGraph(
            portage: "3.0.83", settings: Self.settings, targets: ["@world"], nodes: nodes, edges: edges,
            base: installed, foundation: Self.nothing)
    }

    private func variant(of package: Int, inRun index: Int) -> Int {
        runs[index].changed.contains(package) ? min(index, 5) : 0
    }

    private static let recipes: [[ContentDigest]] = (0..<names.count).map { package in
        (0..<6).map { ContentHasher.digest(Array("\(package) \($0)".utf8)) }
    }
    private static let nothing = ContentHasher.digest([])
    private static let settings = ResolvedGraph.Settings(indexHeader: [:])

    /// The package that a job builds.
    func package(of job: PlannedJob) -> Package { packages[Self.indexes[job.cpv] ?? 0] }

    /// What becomes of its builds. What is packed asks no questions.
    func fate(of job: PlannedJob) -> Fate {
        let fate = package(of: job).fate
        return job.packs && fate == .refused ? .builds : fate
    }

    /// All that a build of the job is made of but the packages in its root, whatever a planner makes of it.
    func substance(of job: PlannedJob, in run: RunID) -> UInt64 {
        let package = Self.indexes[job.cpv] ?? 0
        if job.packs { return Dice.mix(UInt64(package) << 8 | 0xff) }
        let variant = variant(of: package, inRun: Self.index(of: run))
        var substance = Dice.mix(UInt64(package) << 8 | UInt64(variant))
        for other in job.baseEdges { substance = Dice.mix(substance ^ UInt64(Self.indexes[other] ?? 0)) }
        return substance
    }
}

/// What went into a package, known to nobody but the simulation.
struct Making: Equatable, Sendable {
    var substance: UInt64
    /// What could be seen of the packages in its root, sorted.
    var inputs: [UInt64]

    /// What its dependents can see of it.
    func looks(_ package: Scenario.Package) -> UInt64 {
        let name = Dice.mix(UInt64(Scenario.indexes[package.cpv] ?? 0))
        return package.hidesChanges ? name : inputs.reduce(Dice.mix(name ^ substance)) { Dice.mix($0 ^ $1) }
    }
}
