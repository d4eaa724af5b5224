import Shared

/// What speaks against a worker, and what follows.
///
/// A worker is set aside when several different jobs in a row fail there by its own fault, or when several that failed there
/// are built elsewhere. After a time it is probed with one job: a good one brings it back, a bad one sets it aside for
/// twice as long.
package struct Conduct: Equatable, Sendable, Codable {
    /// Different jobs in a row that failed by the worker's fault.
    private(set) var faults: [String] = []
    /// Different jobs in a row that did not build; no fault yet.
    private(set) var failedBuilds: [String] = []
    /// Jobs that failed here and were built elsewhere.
    private(set) var refuted: [String] = []
    /// When a lease ran out here: all of one crash count once.
    private var lastLoss: Instant?
    package private(set) var aside: Aside?
    private(set) var timesAside = 0
    private var good = 0

    package struct Aside: Equatable, Sendable, Codable {
        package var reason: String
        /// Probed from then on.
        package var until: Instant
    }

    package init() {}

    /// Another worker's opinion is asked for before a failed build is taken to be the package's fault.
    var isSuspicious: Bool { !faults.isEmpty || !refuted.isEmpty || timesAside > 0 || failedBuilds.count > 2 }

    func isProbed(_ now: Instant) -> Bool { aside.map { $0.until <= now } ?? false }

    func isAside(_ now: Instant) -> Bool { aside.map { $0.until > now } ?? false }

    /// - Parameter lost: nobody said so, the lease ran out.
    mutating func failed(_ job: String, _ failure: Failure, lost: Bool, _ now: Instant, _ policy: Policy) {
        good = 0
        switch failure.failureClass {
        case .workerLost, .fetchFailed, .transferFailed, .outOfDisk:
            if lost, let last = lastLoss, now - last < policy.lease { return }
            if lost { lastLoss = now }
            if !faults.contains(job) { faults.append(job) }
        case .buildFailed, .timedOut, .invalidPackage:
            if !failedBuilds.contains(job) { failedBuilds.append(job) }
            failedBuilds = failedBuilds.suffix(policy.strikes)
        case .outOfMemory, .dependencyMissing, .cancelled, .refused, .resolveFailed: return
        }
        if isProbed(now) {
            setAside("the job that probed it failed too: \(failure)", now, policy)
        } else if faults.count >= policy.strikes {
            setAside("\(faults.count) jobs in a row failed there, the last by \(failure)", now, policy)
        }
    }

    /// The job failed here, and was built elsewhere.
    mutating func wasRefuted(_ job: String, _ now: Instant, _ policy: Policy) {
        if !refuted.contains(job) { refuted.append(job) }
        guard refuted.count >= policy.strikes else { return }
        let jobs = refuted.joined(separator: ", ")
        setAside("\(refuted.count) jobs that failed there were built elsewhere: \(jobs)", now, policy)
    }

    mutating func succeeded(_ now: Instant, _ policy: Policy) {
        faults = []
        failedBuilds = []
        if isProbed(now) { aside = nil }
        guard timesAside > 0 || !refuted.isEmpty else { return }
        good += 1
        guard good >= policy.goodBuilds else { return }
        good = 0
        timesAside = max(0, timesAside - 1)
        refuted = []
    }

    private mutating func setAside(_ reason: String, _ now: Instant, _ policy: Policy) {
        guard !isAside(now) else { return }
        let time = min(policy.longestAside, policy.firstAside << min(20, timesAside))
        timesAside += 1
        faults = []
        failedBuilds = []
        refuted = []
        aside = Aside(reason: reason, until: now + time)
    }

    /// There is no other worker: it is probed at once.
    mutating func probeNow(_ now: Instant) {
        if isAside(now) { aside?.until = now }
    }

    /// Another worker could not build it either.
    mutating func wasConfirmed(_ job: String) { failedBuilds.removeAll { $0 == job } }

    /// It cannot be set aside now.
    mutating func keep(_ before: Conduct) {
        self = before
        faults = before.faults.suffix(10)
    }

    mutating func pardon() { self = Conduct() }
}
