import Documents
import Shared

/// What is wrong with a coordinator that answers, its farms and its workers.
enum FarmCheck {
    /// Milliseconds between two clocks that nobody notices.
    private static let clockTolerance: Int64 = 5000
    /// A build of a large package needs as much.
    private static let leastDisk: Int64 = 20 << 30
    private static let leastMemory: Int64 = 1 << 30

    static func findings(_ facts: FarmFacts) -> [Diagnosis] {
        let status = facts.status
        return [clock(facts), version(facts)] + publishing(facts) + status.farms.map(farm)
            + (status.workers.isEmpty ? [noWorker] : status.workers.flatMap { worker($0, status.version) })
            + (status.workers.contains(where: \.connected) || status.workers.isEmpty ? [] : [noneConnected])
            + strangers(facts)
    }

    private static func clock(_ facts: FarmFacts) -> Diagnosis {
        let seconds = facts.clockOffset / 1000
        guard abs(facts.clockOffset) > clockTolerance + facts.roundTrip else {
            return .ok("clock", "this host and the coordinator have the same time")
        }
        return .warning(
            "clock",
            "the coordinator's clock is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") this host's: times shown may"
                + " mislead", mend: "timedatectl set-ntp true; ssh \(facts.head) timedatectl set-ntp true")
    }

    private static func version(_ facts: FarmFacts) -> Diagnosis {
        let theirs = facts.status.version
        return theirs == facts.version
            ? .ok("coordinator", "version \(theirs), as farmctl; it answered in \(facts.roundTrip) ms")
            : .warning(
                "coordinator", "version \(theirs), farmctl is \(facts.version): one may not understand the other",
                mend: "farmctl --version; ssh \(facts.head) binfarm-coordinator --version")
    }

    private static func publishing(_ facts: FarmFacts) -> [Diagnosis] {
        guard let paused = facts.status.paused else { return [.ok("publishing", "what is built is published")] }
        return [
            .problem("publishing", "nothing is published now: \(paused)", mend: "ssh \(facts.head) df -h")
        ]
    }

    private static func farm(_ farm: FarmDocument) -> Diagnosis {
        guard let held = farm.held else { return .ok("farm \(farm.name)", "\(farm.packages) packages") }
        return .warning("farm \(farm.name)", held, mend: "farmctl release unhold \(farm.name)")
    }

    private static let noWorker = Diagnosis.problem(
        "workers", "no worker has said hello yet: nothing is built",
        mend: "ssh WORKER binfarm-worker doctor --config /etc/binfarm/worker.yaml")

    private static let noneConnected = Diagnosis.problem(
        "workers", "no worker is connected: nothing is built",
        mend: "ssh WORKER binfarm-worker doctor --config /etc/binfarm/worker.yaml")

    private static func worker(_ worker: WorkerDocument, _ version: String) -> [Diagnosis] {
        let name = "worker \(worker.name)"
        let host = ShellWord.quoted(worker.hostname ?? worker.name)
        guard worker.connected else {
            let last = worker.lastSeenAt.map { ", last heard of at \($0)" } ?? ""
            return [
                .warning(
                    name, "not connected\(last)",
                    mend: "ssh \(host) binfarm-worker doctor --config /etc/binfarm/worker.yaml")
            ]
        }
        var findings: [Diagnosis] = []
        if worker.draining {
            findings.append(
                .warning(name, "drained: it gets nothing more to build", mend: "farmctl resume \(worker.name)"))
        }
        if let setAside = worker.setAside {
            findings.append(.warning(name, "set aside: \(setAside)", mend: "farmctl resume \(worker.name)"))
        }
        if let theirs = worker.version, theirs != version {
            findings.append(
                .warning(
                    name, "version \(theirs), the coordinator has \(version)",
                    mend: "ssh \(host) binfarm-worker --version"))
        }
        let free = worker.diskFreeBytes
        if free > 0, free < leastDisk {
            findings.append(
                .warning(
                    name, "\(Quantity.size(free)) of disk are free: large packages may fail for it",
                    mend: "ssh \(host) df -h"))
        }
        if let free = worker.memoryFreeBytes, free < leastMemory {
            findings.append(
                .warning(
                    name, "\(Quantity.size(free)) of memory are free", mend: "ssh \(host) 'ps aux --sort=-rss | head'"))
        }
        return findings.isEmpty ? [.ok(name, "connected, \(worker.running.count) builds")] : findings
    }

    private static func strangers(_ facts: FarmFacts) -> [Diagnosis] {
        guard facts.status.refusedPeers > 0 else { return [] }
        return [
            .warning(
                "strangers",
                "\(facts.status.refusedPeers) handshakes and messages were refused since the coordinator was started: a key that"
                    + " it does not know, or of another role",
                mend: "ssh \(facts.head) farmctl key list --directory /etc/binfarm/keys")
        ]
    }
}
