package import Shared

/// Why a job does not run now.
extension Scheduler {
    /// The one reason for which an unfinished job does not run now; nil when it runs or has ended.
    package func waitsBecause(_ id: JobID) -> String? {
        guard let job = durable[id]?.record else { return nil }
        let problem = isPaused(durable.runs[id.run]?.record.request.farm ?? "")
        switch job.state {
        case .publishing: return problem
        case .leased, .published, .cached, .failed, .skipped, .cancelled: return nil
        case .waiting, .ready: break
        }
        if let run = progress[id.run], !id.isResolving {
            if run.missing[Int(id.index)] > 0 {
                let open = missing(id)
                let names = open.prefix(3).map(name(of:)).joined(separator: ", ")
                return "waits for \(open.count): \(names)" + (open.count > 3 ? " and \(open.count - 3) more" : "")
            }
            if let leader = leader(of: id) {
                return "run \(leader.run) builds the same"
            }
        }
        if let problem { return problem }
        if let notBefore = job.notBefore, notBefore > now {
            let failure = job.failure?.description ?? "a failure"
            return "tries again in \((notBefore - now).inWords), after \(failure)"
        }
        return noRoom(for: kind(of: id))
    }

    /// Which workers have no room for it, and why.
    private func noRoom(for kind: JobQueue.Kind) -> String {
        guard fleet.connected > 0 else { return "no worker is connected" }
        var reasons: [String] = []
        if freeSlots == 0, fleet.usable > 0 {
            let isFull = workerStates.values.reduce(0) { $0 + $1.takenSlots } >= fleet.slots
            reasons.append(isFull ? "all \(fleet.slots) slots are taken" : "all \(fleet.cores) cores are in use")
            if fleet.usable == fleet.connected { return reasons[0] }
        }
        var counts: [Hindrance: Int] = [:]
        var mostMemory: Int64 = 0
        var mostDisk: Int64 = 0
        var needed: Int64 = 0
        for (name, worker) in workerStates where worker.connected {
            let hindrance = hindrance(kind, name, worker)
            counts[hindrance, default: 0] += 1
            if hindrance == .memory {
                mostMemory = max(mostMemory, worker.freeMemory())
                needed = max(needed, worker.reservation(kind.need, policy))
            }
            if hindrance == .disk { mostDisk = max(mostDisk, worker.freeDisk() ?? 0) }
        }
        for hindrance in Hindrance.allCases {
            guard let count = counts[hindrance], count > 0, !(hindrance == .slot && !reasons.isEmpty) else { continue }
            let which =
                fleet.connected == 1
                ? "the one worker"
                : (count == fleet.connected ? "all \(count)" : "\(count) of \(fleet.connected)") + " workers"
            let (one, many) = hindrance.words
            var text = "\(which) \(count == 1 ? one : many)"
            switch hindrance {
            case .memory: text += ": needs \(needed.inBytes), \(mostMemory.inBytes) free"
            case .disk: text += ": needs \(kind.need.disk.inBytes) of disk, \(mostDisk.inBytes) free"
            default: break
            }
            reasons.append(text)
        }
        return reasons.isEmpty ? "it is about to be leased" : reasons.joined(separator: "; ")
    }

    private enum Hindrance: CaseIterable {
        case gathering, memory, disk, slot, failed, claimed, silent, drained, aside

        /// For one worker, and for several.
        var words: (String, String) {
            switch self {
            case .gathering: ("gathers cores for it", "gather cores for it")
            case .memory, .disk: ("has no room", "have no room")
            case .slot: ("has no free slot", "have no free slot")
            case .failed: ("is where it failed", "are where it failed")
            case .claimed: ("is kept free for a bigger job", "are kept free for bigger jobs")
            case .silent: ("says nothing", "say nothing")
            case .drained: ("is drained", "are drained")
            case .aside: ("is set aside", "are set aside")
            }
        }
    }

    private func hindrance(_ kind: JobQueue.Kind, _ name: WorkerName, _ worker: WorkerState) -> Hindrance {
        if worker.record.drained { return .drained }
        if worker.isSilent { return .silent }
        if worker.record.conduct.isAside(now) { return .aside }
        if let claim, claim.worker == name, claim.kind == kind, claim.kind.only != nil { return .gathering }
        if worker.free(now) == 0 { return .slot }
        if !isWelcome(kind, at: name) { return .failed }
        if let claim, claim.worker == name, claim.kind != kind { return .claimed }
        if !hasMemory(worker, kind.need) { return .memory }
        if !hasDisk(worker, kind.need) { return .disk }
        return .slot
    }
}
