import Core
import Shared

/// What hosts have room for.
extension Ledger {
    private func job(_ id: JobID) -> PlannedJob? { id.isResolving ? nil : runs[id.run]?.plan.jobs[Int(id.index)] }

    func memory(_ id: JobID) -> Int64 { job(id)?.expected?.memory ?? 0 }

    private func disk(_ id: JobID) -> Int64 { job(id)?.expected?.disk ?? 0 }

    /// It may be given leases: the scheduler must think so, too.
    private func isUsable(_ worker: WorkerBook) -> Bool {
        guard let heard = worker.lastHeard else { return false }
        return now - heard < scenario.policy.lease && mayBeUsable(worker)
    }

    private func mayBeUsable(_ worker: WorkerBook) -> Bool {
        worker.isHere && !worker.isDrained && worker.slots > 0 && (worker.asideUntil.map { $0 <= now } ?? true)
    }

    /// Whatever the scheduler rounds up.
    private func surelyHolds(_ worker: WorkerBook, _ memory: Int64) -> Bool {
        worker.memory == 0 || memory + memory / 4 + (64 << 20) <= worker.memory
    }

    /// What builds are known to need, together, is there. A job too big for every host may have a biggest one for itself.
    mutating func checkRoom(for id: JobID, at name: WorkerName) {
        guard let worker = workers[name] else { return }
        let needed = memory(id)
        let used = worker.live.reduce(0) { $0 + memory($1.job) }
        if needed > 0, used > 0 { counts["memory shared", default: 0] += 1 }
        if worker.memory > 0, needed > 0, used + needed > worker.memory {
            counts["too big for a host", default: 0] += 1
            if !worker.live.isEmpty {
                complain("\(name) has \(worker.memory) bytes and gets \(id), which needs \(needed) beside \(used)")
            } else if workers.values.contains(where: { isUsable($0) && surelyHolds($0, needed) }) {
                complain("\(name) gets \(id), and is too small, where another is not")
            }
        }
        if let told = worker.told, needed > 0, !worker.live.isEmpty, told.since + needed > told.memory {
            complain("\(name) says \(told.memory) bytes are free and gets \(id), which needs \(needed)")
        }
        let usedDisk = worker.live.reduce(0) { $0 + disk($1.job) }
        if let free = worker.disk, disk(id) > 0, !worker.live.isEmpty, usedDisk + disk(id) > free {
            complain("\(name) has \(free) bytes of disk and gets \(id), which needs \(disk(id)) beside \(usedDisk)")
        }
    }

    /// No worker has nothing to do while a job waits that it could take, unless another one gathers cores for the job.
    mutating func checkNobodyStarves(_ scheduler: Scheduler) {
        guard !isFull else { return }
        let idle = workers.filter { $0.value.live.isEmpty && isUsable($0.value) }.keys.sorted()
        guard let first = idle.first else { return }
        for (id, run) in runs where !run.state.isEnd && !fullFarms.contains(run.farm) {
            if run.state == .resolving, isReady(run.resolving), run.resolving.failedAt.isEmpty {
                complain("run \(id) is not resolved, and \(first) has nothing to do")
            }
            for position in run.jobs.indices where isReady(run.jobs[position]) {
                let planned = run.plan.jobs[position]
                let job = JobID(run: id, index: Int32(position))
                guard planned.waitsFor.allSatisfy({ run.jobs[Int($0)].state.isAvailable }),
                    let name = idle.first(where: { mayTake($0, run.jobs[position], planned) }),
                    !isBuilt(planned.buildKey, farm: run.farm)
                else { continue }
                let reason = scheduler.waitsBecause(job) ?? "for no reason"
                if reason.contains("cores for it") { continue }
                complain("\(job) waits (\(reason)), and \(name) has nothing to do")
            }
        }
    }

    private func isReady(_ job: JobBook) -> Bool {
        job.state == .waiting && job.live == nil && job.notBefore.map { $0 <= now } ?? true
    }

    private func mayTake(_ name: WorkerName, _ job: JobBook, _ planned: PlannedJob) -> Bool {
        guard let worker = workers[name] else { return false }
        let needed = planned.expected?.memory ?? 0
        let isLargest = !workers.values.contains { mayBeUsable($0) && $0.memory > worker.memory }
        guard isLargest || !job.ranOut && surelyHolds(worker, needed) else { return false }
        guard job.failedAt.contains(name) else { return true }
        // Not where it failed, while another one could take it.
        return !workers.contains { other, book in
            mayBeUsable(book) && !job.failedAt.contains(other)
                && (job.ranOut || book.memory + (64 << 20) >= needed || book.memory >= worker.memory)
        }
    }

    /// For a job of any run.
    private func isBuilt(_ key: ContentDigest, farm: String) -> Bool {
        runs.values.contains { run in
            run.farm == farm
                && run.jobs.indices.contains { position in
                    [.leased, .publishing].contains(run.jobs[position].state) && run.plan.jobs[position].buildKey == key
                }
        }
    }
}
