import Shared

/// Which workers were given which files lately: packages that roots were made of, and distfiles. Worked out from leases, so it
/// may be wrong (a cache that was emptied): it only decides between workers that are equally good.
struct Locality: Sendable {
    /// A file that a build needs.
    struct File: Hashable, Sendable {
        /// The first bytes of its digest tell it apart well enough.
        var mark: UInt64
        /// Bytes.
        var size: Int64
    }

    /// The last ones, the newest first.
    private var holders: [UInt64: [WorkerName]] = [:]

    private static let mostHolders = 4
    /// Some 20 MB; then all is forgotten.
    private static let mostFiles = 1 << 17

    mutating func note(_ files: [File], at worker: WorkerName) {
        if holders.count + files.count > Self.mostFiles { holders.removeAll() }
        for file in files {
            guard holders[file.mark]?.first != worker else { continue }
            var names = holders[file.mark] ?? []
            names.removeAll { $0 == worker }
            names.insert(worker, at: 0)
            holders[file.mark] = Array(names.prefix(Self.mostHolders))
        }
    }

    /// Bytes of these files that each worker has; those who have none are left out.
    func bytes(of files: [File]) -> [WorkerName: Int64] {
        var bytes: [WorkerName: Int64] = [:]
        for file in files { for name in holders[file.mark] ?? [] { bytes[name, default: 0] += max(1, file.size) } }
        return bytes
    }
}

extension Scheduler {
    /// What a build fetches besides the image: packages for its root, and distfiles.
    func files(of id: JobID) -> [Locality.File] {
        guard let job = plannedJob(id), let jobs = durable.runs[id.run]?.jobs else { return [] }
        let packages = job.waitsFor.compactMap { index in
            jobs[Int(index)].record.result.map { result in
                Locality.File(mark: result.package.digest.prefix, size: result.package.size)
            }
        }
        return packages + (job.distfiles ?? []).map { Locality.File(mark: $0.digest.prefix, size: $0.size) }
    }

    /// A job of the same queue that can be had there for less, when the most urgent one can wait for it: its remaining path is
    /// shorter by that much than the rest of the run on all cores.
    mutating func nearestJob(to worker: WorkerName, insteadOf first: JobID, in position: Int) -> JobID {
        guard policy.prefersLocality, policy.priorities == nil, fleet.usable > 1, !first.isResolving,
            queues[position].kind.isCommon, let progress = progress[first.run]
        else { return first }
        let slack = progress.work / Int64(max(1, fleet.cores)) - progress.path[Int(first.index)]
        guard slack > 0 else { return first }
        var passed: [ReadyJob] = []
        var (choice, least) = (first, Int64.max)
        while passed.count < Self.mostJobs, firstJob(position) != nil, let job = queues[position].jobs.pop() {
            passed.append(job)
            guard job.id.run == first.run, leader(of: job.id) == nil,
                job.id == first || (plannedJob(job.id)?.expected?.duration ?? policy.defaultDuration) <= slack
            else { continue }
            let regret = regret(of: job.id, at: worker)
            if regret < least { (choice, least) = (job.id, regret) }
        }
        for job in passed { queues[position].jobs.push(job) }
        return choice
    }

    private static var mostJobs: Int { 8 }

    /// Bytes that have to be sent for the job there and would not have to be sent to the worker that has most.
    private func regret(of id: JobID, at worker: WorkerName) -> Int64 {
        let held = locality.bytes(of: files(of: id))
        return (held.values.max() ?? 0) - (held[worker] ?? 0)
    }

    /// A worker where the job ends as soon as at the best one, and which has more of what it needs.
    func nearest(to id: JobID, insteadOf best: WorkerName, _ kind: JobQueue.Kind) -> WorkerName {
        guard policy.prefersLocality, fleet.usable > 1, let worker = workerStates[best],
            let entry = IdleWorker(best, worker, policy, now)
        else { return best }
        let held = locality.bytes(of: files(of: id))
        var (choice, most) = (best, held[best] ?? 0)
        for (name, bytes) in held.sorted(by: { $0.key < $1.key }) where bytes > most {
            guard let other = workerStates[name].flatMap({ IdleWorker(name, $0, policy, now) }),
                other.speed >= entry.speed, fits(name, kind), !kind.lostAt.contains(name)
            else { continue }
            (choice, most) = (name, bytes)
        }
        return choice
    }
}
