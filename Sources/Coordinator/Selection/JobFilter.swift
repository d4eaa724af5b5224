import Core
import Shared

/// Which jobs a person means: by names of packages, and by states.
struct JobFilter {
    /// Any of them; empty for all.
    let packages: [PackagePattern]
    /// Any of them; empty for all.
    let states: Set<JobState>

    /// Each is held against all jobs of a run, on the control loop.
    private static let mostPackages = 200
    private static let mostCandidates = 20

    init(packages: [PackagePattern] = [], states: Set<JobState> = []) {
        self.packages = packages
        self.states = states
    }

    init(_ packages: [String], _ states: [WireJobState]) throws(Refusal) {
        guard packages.count <= Self.mostPackages else {
            throw Refusal(
                .invalid, "\(packages.count) names of packages are too many",
                "at most \(Self.mostPackages) can be given")
        }
        var patterns: [PackagePattern] = []
        for text in Set(packages).sorted() {
            do {
                patterns.append(try PackagePattern(text))
            } catch {
                throw Refusal(.invalid, error.description, PackagePatternError.remedy)
            }
        }
        self.packages = patterns
        var known: Set<JobState> = []
        for state in states {
            guard let state = state.domain else {
                throw Refusal(
                    .invalid, "a state that is asked for is none of a job's",
                    "install the same version of binfarm on both")
            }
            known.insert(state)
        }
        self.states = known
    }

    func names(_ job: PlannedJob) -> Bool { packages.isEmpty || packages.contains { job.isMeant(by: $0) } }

    func accepts(_ state: JobState) -> Bool { states.isEmpty || states.contains(state) }

    /// The jobs of a run that are meant, in the run's order.
    /// - Throws: `Refusal` for a name that means none, or packages of different categories.
    func jobs(of id: RunID, _ run: Snapshot.Run) throws(Refusal) -> [Int32] {
        let indices = run.jobs.indices.filter { accepts(run.jobs[$0].record.state) }
        guard !packages.isEmpty else { return indices.map(Int32.init) }
        guard let plan = run.plan else {
            throw Refusal(
                .unavailable, "run \(id) has no plan: it is \(run.record.state.rawValue)",
                "farmctl status tells how its resolving stands")
        }
        var meant: Set<Int32> = []
        for pattern in packages {
            let found = indices.filter { plan.jobs[$0].isMeant(by: pattern) }
            let names = found.lazy.map { plan.jobs[$0].cpv }
            if let names = pattern.ambiguity(among: names) { throw .several(pattern.text, names, in: id) }
            guard !found.isEmpty else { throw Self.none(of: pattern, states, [(id, run)]) }
            meant.formUnion(found.map(Int32.init))
        }
        return meant.sorted()
    }

    /// What to say when a name means no job of these runs, the first of which is the one that matters.
    static func none(
        of pattern: PackagePattern, _ states: Set<JobState>, _ runs: [(id: RunID, run: Snapshot.Run)]
    ) -> Refusal {
        guard let (id, run) = runs.first else { return Refusal(.notFound, "there is no run yet", "submit one") }
        let name = "'\(pattern.text.oneLine(atMost: PackagePattern.longest))'"
        let jobs = run.plan?.jobs ?? []
        if let job = jobs.first(where: { $0.isMeant(by: pattern) }) {
            let wanted = states.map(\.rawValue).sorted().joined(separator: " or ")
            return Refusal(
                .notFound,
                "\(job.cpv) is in run \(id), but not \(wanted): it is \(run.jobs[Int(job.index)].record.state.rawValue)",
                "farmctl why \(job.cpv) tells more")
        }
        let others = runs.count > 1 ? ", nor in the \(runs.count - 1) before it" : ""
        let sets = runs.flatMap { $0.run.record.request.targets.filter { $0.hasPrefix("@") } }
        let nearest = NearNames.of(pattern, among: jobs.map(\.cpv), sets: sets)
        let guess = nearest.isEmpty ? nil : "did you mean \(nearest.joined(separator: ", "))?"
        switch pattern.kind {
        case .set:
            let targets = run.record.request.targets.prefix(mostCandidates).joined(separator: ", ")
            let known = "a run knows the sets that it was asked for: run \(id) was asked for \(targets)"
            return Refusal(
                .notFound, "no package of a set \(name) in run \(id)\(others)",
                guess.map { "\($0)\n\(known)" } ?? known)
        case .atom:
            return Refusal(
                .notFound, "no package \(name) in run \(id)\(others)",
                guess ?? "nothing in it needs that, or the base image has it; farmctl plan lists what is in it")
        }
    }
}

extension Refusal {
    private static let mostCandidates = 20

    /// One package was to be named.
    static func several(_ text: String, _ packages: [String], in run: RunID?) -> Refusal {
        let place = run.map { " in run \($0)" } ?? ""
        let rest = packages.count > mostCandidates ? " and \(packages.count - mostCandidates) more" : ""
        return Refusal(
            .invalid, "'\(text.oneLine(atMost: PackagePattern.longest))' is \(packages.count) packages\(place)",
            "say which: \(packages.prefix(mostCandidates).joined(separator: ", "))\(rest)")
    }
}
