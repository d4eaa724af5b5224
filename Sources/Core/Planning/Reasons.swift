import Shared

/// Why packages are built again: what differs from the newest published package of the same category, name and slot.
struct Reasons {
    private static let namesLimit = 3

    private let known: KnownPackages
    /// Of each job so far: it differs from its last package by itself, not only by what it depends on; or is new.
    private var changedItself: [Bool] = []
    /// Of each job so far.
    private var marks: [DependencyMark] = []
    /// The last job for which each job so far counted among what has changed.
    private var changedFor: [Int32] = []

    init(_ known: KnownPackages) { self.known = known }

    /// Fills in the reason of a job that is not cached. Jobs come in their order.
    mutating func look(at job: inout PlannedJob, among jobs: [PlannedJob]) {
        let last = known.newest(job.cpv, slot: job.slot)
        changedItself.append(last?.facts?.ownKey != job.ownKey)
        marks.append(job.mark)
        changedFor.append(-1)
        guard job.cached == nil else { return }
        var reasons: [String] = []
        if let last, let facts = last.facts {
            reasons = ownChanges(of: job, since: last.record.cpv, facts)
            let now = job.waitsFor.map { marks[Int($0)] }.sorted()
            if facts.dependencies != now, let changed = dependencies(of: job, now, among: jobs, facts) {
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
        if job.use != last.use {
            let on = Set(job.use).subtracting(last.use).sorted().map { "+\($0)" }
            let off = Set(last.use).subtracting(job.use).sorted().map { "-\($0)" }
            changes.append("use(\((on + off).joined(separator: " ")))")
        }
        // Another version has another ebuild: that says nothing.
        let isOtherRecipe = last.ingredients.recipe != job.ingredients.recipe || last.repository != job.repository
        if isOtherRecipe, cpv.version == job.cpv.version { changes.append("ebuild-changed") }
        if last.ingredients.environment != job.ingredients.environment { changes.append("flags") }
        if last.ingredients.base != job.ingredients.base { changes.append("base-changed") }
        if job.isLive { changes.append("live") }
        return changes
    }

    /// Names what is at the root of it: what changed by itself, or is new to the package.
    /// - Parameter now: the marks of what the job's root gets, ascending, as those of its last package are.
    private mutating func dependencies(
        of job: PlannedJob, _ now: [DependencyMark], among jobs: [PlannedJob], _ last: PackageFacts
    ) -> String? {
        var changed: [Int32] = []
        var roots: [Int32] = []
        for member in job.waitsFor where !last.dependencies.hasAscending(marks[Int(member)]) {
            changed.append(member)
            changedFor[Int(member)] = job.index
            if changedItself[Int(member)] || !last.dependencies.hasAscending(place: marks[Int(member)].place) {
                roots.append(member)
            }
        }
        if roots.isEmpty {
            // They changed in an earlier run: then those that stand behind no other of them.
            roots = changed.filter { root in
                !jobs[Int(root)].waitsFor.contains { changedFor[Int($0)] == job.index }
            }
        }
        var names = roots.map { jobs[Int($0)].cpv.cp }
        if names.isEmpty {
            names = last.dependencies.filter { !now.hasAscending(place: $0.place) }.compactMap(known.name).sorted()
        }
        guard !names.isEmpty else { return last.dependencies.isEmpty ? nil : "dependency-changed" }
        let more = names.count - Self.namesLimit
        return "dependency-changed(\(names.prefix(Self.namesLimit).joined(separator: ", "))"
            + (more > 0 ? " and \(more) more)" : ")")
    }
}

extension [DependencyMark] {
    /// Whether it is among these, which ascend.
    fileprivate func hasAscending(_ mark: DependencyMark) -> Bool {
        let found = firstAscending(notBelow: mark.rawValue)
        return found < endIndex && self[found] == mark
    }

    /// Whether one of these, which ascend, is of this category, name and slot.
    fileprivate func hasAscending(place: UInt32) -> Bool {
        let found = firstAscending(notBelow: UInt64(place) << 32)
        return found < endIndex && self[found].place == place
    }

    private func firstAscending(notBelow value: UInt64) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle].rawValue < value { low = middle + 1 } else { high = middle }
        }
        return low
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
