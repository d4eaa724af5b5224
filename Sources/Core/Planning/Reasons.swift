import Shared

/// Why packages are built again: what differs from the newest published package of the same category, name and slot.
struct Reasons {
    private static let namesLimit = 3

    private let known: KnownPackages
    /// Of each job so far: it differs from its last package by itself, not only by what it depends on; or is new.
    private var changedItself: [Bool] = []

    init(_ known: KnownPackages) { self.known = known }

    /// Fills in the reason of a job that is not cached. Jobs come in their order.
    mutating func look(at job: inout PlannedJob, among jobs: [PlannedJob]) {
        let last = known.newest(job.cpv, slot: job.slot)
        changedItself.append(last?.facts?.ownKey != job.ownKey)
        guard job.cached == nil else { return }
        var reasons: [String] = []
        if let last, let facts = last.facts {
            reasons = ownChanges(of: job, since: last.record.cpv, facts)
            if facts.dependencies != job.marks(among: jobs), let changed = dependencies(of: job, among: jobs, facts) {
                reasons.append(changed)
            }
        }
        if reasons.isEmpty, !job.isForced || last == nil { reasons = ["new"] }
        if job.isForced { reasons.append("forced") }
        job.reason = reasons.joined(separator: ", ")
    }

    private func ownChanges(of job: PlannedJob, since cpv: CPV, _ last: PackageFacts) -> [String] {
        var changes: [String] = []
        if cpv.version != job.cpv.version { changes.append("version(\(cpv.version) -> \(job.cpv.version))") }
        let on = Set(job.use).subtracting(last.use).sorted().map { "+\($0)" }
        let off = Set(last.use).subtracting(job.use).sorted().map { "-\($0)" }
        if !on.isEmpty || !off.isEmpty { changes.append("use(\((on + off).joined(separator: " ")))") }
        // Another version has another ebuild: that says nothing.
        let isOtherRecipe = last.ingredients.recipe != job.ingredients.recipe || last.repository != job.repository
        if isOtherRecipe, cpv.version == job.cpv.version { changes.append("ebuild-changed") }
        if last.ingredients.environment != job.ingredients.environment { changes.append("flags") }
        if last.ingredients.base != job.ingredients.base { changes.append("base-changed") }
        return changes
    }

    /// Names what is at the root of it: what changed by itself, or is new to the package.
    private func dependencies(of job: PlannedJob, among jobs: [PlannedJob], _ last: PackageFacts) -> String? {
        let places = Set(last.dependencies.map(\.place))
        let marks = Set(last.dependencies)
        var changed: [Int32] = []
        var roots: [Int32] = []
        for member in job.waitsFor {
            let mark = jobs[Int(member)].mark
            guard !marks.contains(mark) else { continue }
            changed.append(member)
            if changedItself[Int(member)] || !places.contains(mark.place) { roots.append(member) }
        }
        if roots.isEmpty {
            // They changed in an earlier run: then those that stand behind no other of them.
            let all = Set(changed)
            roots = changed.filter { all.isDisjoint(with: jobs[Int($0)].waitsFor) }
        }
        var names = roots.map { jobs[Int($0)].cpv.cp }
        if names.isEmpty {
            let now = Set(job.waitsFor.map { jobs[Int($0)].mark.place })
            names = last.dependencies.filter { !now.contains($0.place) }.compactMap(known.name).sorted()
        }
        guard !names.isEmpty else { return last.dependencies.isEmpty ? nil : "dependency-changed" }
        let more = names.count - Self.namesLimit
        return "dependency-changed(\(names.prefix(Self.namesLimit).joined(separator: ", "))"
            + (more > 0 ? " and \(more) more)" : ")")
    }
}

extension PlannedJob {
    var mark: DependencyMark { DependencyMark(cpv: cpv, slot: slot, buildKey: buildKey) }

    /// Of what its root gets, ascending.
    func marks(among jobs: [PlannedJob]) -> [DependencyMark] {
        var marks: [DependencyMark] = []
        marks.reserveCapacity(waitsFor.count)
        for place in waitsFor.lazy.map(Int.init) {
            // Field by field: a job is large, and would be copied to be asked.
            marks.append(DependencyMark(cpv: jobs[place].cpv, slot: jobs[place].slot, buildKey: jobs[place].buildKey))
        }
        return marks.sorted()
    }
}
