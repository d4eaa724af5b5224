import Shared

/// Which workers were given which files lately: packages that roots were made of, and distfiles. Worked out from leases, so it
/// may be wrong (a cache that was emptied): it only decides between what is equally good.
///
/// Asked with every lease: it makes no arrays, and knows workers by numbers.
struct Locality: Sendable {
    /// The last workers that were given a file, the newest first.
    private struct Holders {
        private(set) var numbers: (Int32, Int32, Int32, Int32)
        /// How often somebody got it who is not among these.
        private(set) var times: Int32 = 1

        /// Nobody is -1.
        init(_ first: Int32) { numbers = (first, -1, -1, -1) }

        mutating func add(_ number: Int32) {
            switch number {
            case numbers.0: return
            case numbers.1: numbers = (number, numbers.0, numbers.2, numbers.3)
            case numbers.2: numbers = (number, numbers.0, numbers.1, numbers.3)
            default:
                numbers = (number, numbers.0, numbers.1, numbers.2)
                times &+= 1
            }
        }
    }

    private var numbers: [WorkerName: Int32] = [:]
    private var names: [WorkerName] = []
    /// By the first bytes of a digest, which tell files apart well enough.
    private var holders: [UInt64: Holders] = [:]
    /// Bytes of the job at hand that each worker has, by number; and who has any.
    private var bytes: [Int64] = []
    private var counted: [Int32] = []

    /// What is larger counts as this: sums stay numbers.
    private static let largestFile: Int64 = 1 << 40
    /// Some 6 MB; then all is forgotten.
    private static let mostFiles = 1 << 17

    mutating func number(of worker: WorkerName) -> Int32 {
        if let number = numbers[worker] { return number }
        let number = Int32(names.count)
        numbers[worker] = number
        names.append(worker)
        bytes.append(0)
        return number
    }

    mutating func note(_ mark: UInt64, at number: Int32) {
        if holders.count >= Self.mostFiles { holders.removeAll(keepingCapacity: true) }
        if holders[mark]?.add(number) == nil { holders[mark] = Holders(number) }
    }

    /// Another job is at hand.
    mutating func clear() {
        for number in counted { bytes[Int(number)] = 0 }
        counted.removeAll(keepingCapacity: true)
    }

    /// The job at hand needs a file of so many bytes. One that was given out as often as there are workers they all have.
    mutating func count(_ mark: UInt64, _ size: Int64, workers: Int) {
        guard let holders = holders[mark], holders.times < workers else { return }
        count(holders.numbers.0, size)
        count(holders.numbers.1, size)
        count(holders.numbers.2, size)
        count(holders.numbers.3, size)
    }

    private mutating func count(_ number: Int32, _ size: Int64) {
        guard number >= 0 else { return }
        if bytes[Int(number)] == 0 { counted.append(number) }
        bytes[Int(number)] += min(max(1, size), Self.largestFile)
    }

    /// Of the job at hand, bytes that the worker has.
    func held(by number: Int32) -> Int64 { bytes[Int(number)] }

    /// That the worker has who has most.
    var most: Int64 { counted.reduce(0) { max($0, bytes[Int($1)]) } }

    /// Who has anything, by name.
    var havers: [(name: WorkerName, bytes: Int64)] {
        counted.map { (names[Int($0)], bytes[Int($0)]) }.sorted { $0.name < $1.name }
    }
}

extension Scheduler {
    private static var mostJobs: Int { 8 }

    /// The worker is being given what the job needs besides the image: packages for its root, and distfiles.
    mutating func noteFiles(of id: JobID, at worker: WorkerName) {
        guard let run = durable.runs[id.run], let plan = run.plan, !id.isResolving else { return }
        let number = locality.number(of: worker)
        for index in plan.jobs[Int(id.index)].waitsFor {
            guard let mark = run.jobs[Int(index)].record.result?.package.digest.prefix else { continue }
            locality.note(mark, at: number)
        }
        for distfile in plan.jobs[Int(id.index)].distfiles ?? [] { locality.note(distfile.digest.prefix, at: number) }
    }

    /// Has `locality` count what each worker has of these.
    private mutating func countFiles(of id: JobID) {
        locality.clear()
        guard let run = durable.runs[id.run], let plan = run.plan, !id.isResolving else { return }
        for index in plan.jobs[Int(id.index)].waitsFor {
            guard let package = run.jobs[Int(index)].record.result?.package else { continue }
            locality.count(package.digest.prefix, package.size, workers: fleet.usable)
        }
        for distfile in plan.jobs[Int(id.index)].distfiles ?? [] {
            locality.count(distfile.digest.prefix, distfile.size, workers: fleet.usable)
        }
    }

    /// A job of the same queue that can be had there for less, when the most urgent one can wait for it: its remaining path is
    /// shorter by that much than the rest of the run on all cores.
    mutating func nearestJob(to worker: WorkerName, insteadOf first: JobID, in position: Int) -> JobID {
        guard policy.prefersLocality, policy.priorities == nil, fleet.usable > 1, !first.isResolving,
            queues[position].kind.isCommon, let progress = progress[first.run]
        else { return first }
        let slack = progress.work / Int64(max(1, fleet.cores)) - progress.path[Int(first.index)]
        guard slack > 0 else { return first }
        let number = locality.number(of: worker)
        var least = bytesToSpare(first, at: number)
        var choice = first
        var passed: [ReadyJob] = []
        while least > 0, passed.count < Self.mostJobs, firstJob(position) != nil, let job = queues[position].jobs.pop()
        {
            passed.append(job)
            guard job.id.run == first.run, job.id != first, leader(of: job.id) == nil,
                (plannedJob(job.id)?.expected?.duration ?? policy.defaultDuration) <= slack
            else { continue }
            let bytes = bytesToSpare(job.id, at: number)
            if bytes < least { (choice, least) = (job.id, bytes) }
        }
        for job in passed { queues[position].jobs.push(job) }
        return choice
    }

    /// What has to be sent for the job there and would not have to be sent to the worker that has most.
    private mutating func bytesToSpare(_ id: JobID, at number: Int32) -> Int64 {
        countFiles(of: id)
        return locality.most - locality.held(by: number)
    }

    /// A worker where the job ends as soon as at the best one, and which has more of what it needs.
    mutating func nearest(to id: JobID, insteadOf best: WorkerName, _ kind: JobQueue.Kind) -> WorkerName {
        guard policy.prefersLocality, fleet.usable > 1, freeSlots > 1 else { return best }
        countFiles(of: id)
        let number = locality.number(of: best)
        var most = locality.held(by: number)
        guard locality.most > most, let worker = workerStates[best],
            let entry = IdleWorker(best, worker, policy, now)
        else { return best }
        var choice = best
        for (name, bytes) in locality.havers where bytes > most {
            guard let other = workerStates[name].flatMap({ IdleWorker(name, $0, policy, now) }),
                other.speed >= entry.speed, fits(name, kind), !kind.lostAt.contains(name)
            else { continue }
            (choice, most) = (name, bytes)
        }
        return choice
    }
}
