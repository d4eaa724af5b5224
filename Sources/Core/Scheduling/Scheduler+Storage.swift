import Shared

/// No room for packages: nothing is started that could not be kept.
extension Scheduler {
    /// Why nothing of the farm is leased or published now.
    func isPaused(_ farm: String) -> String? { storageProblem ?? farmProblems[farm] }

    mutating func storageFull(_ reason: String, _ farm: String?) {
        let known = farm.map { farmProblems[$0] } ?? storageProblem
        if known == nil {
            effects.append(.note("nothing\(farm.map { " of farm \($0)" } ?? "") is published or started: \(reason)"))
        }
        if let farm { farmProblems[farm] = reason } else { storageProblem = reason }
        probeStorageLater()
    }

    mutating func storageAvailable() { storagePartlyAvailable([:]) }

    mutating func storagePartlyAvailable(_ full: [String: String]) {
        guard storageProblem != nil || !farmProblems.isEmpty else { return }
        let before = Set(publications.filter { isPaused(farm(of: $0)) != nil })
        storageProblem = nil
        farmProblems = full
        if full.isEmpty { effects.append(.note("there is room for packages again")) } else { probeStorageLater() }
        let free = before.filter { isPaused(farm(of: $0)) == nil }
        for id in free.sorted(by: { $0.fence < $1.fence }) { publish(id) }
    }

    private func farm(of id: AttemptID) -> String { durable.runs[id.job.run]?.record.request.farm ?? "" }

    private mutating func probeStorageLater() {
        // Every publication under way may say the same: one look is enough.
        guard !willProbeStorage else { return }
        willProbeStorage = true
        setTimer(.storage, at: now + policy.storageProbe)
    }
}
