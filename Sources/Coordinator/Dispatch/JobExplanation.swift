import Core
import Shared

/// Says in sentences why a job is built, reused or skipped, and why it does not run now.
struct JobExplanation {
    let id: JobID
    let run: Snapshot.Run
    let scheduler: Scheduler

    private static let packagesNamed = 4
    private static let attemptsTold = 5

    /// nil when the run has no such job.
    init?(_ id: JobID, _ scheduler: Scheduler) {
        guard let run = scheduler.durable.runs[id.run], scheduler.durable[id] != nil else { return nil }
        self.id = id
        self.run = run
        self.scheduler = scheduler
    }

    /// The most important first.
    var lines: [String] { ending + because + base + now + history }

    private var planned: PlannedJob? { id.isResolving ? nil : run.plan?.jobs[Int(id.index)] }
    private var record: JobRecord { scheduler.durable[id]?.record ?? JobRecord() }

    /// What became of it.
    private var ending: [String] {
        switch record.state {
        case .cached: [reuse]
        case .failed:
            ["It failed: \(record.failure?.description ?? "nobody knows why")."]
                + (scheduler.durable[id]?.attempts.isEmpty == false ? logs(of: scheduler.name(of: id)) : [])
        case .skipped: skipped
        case .cancelled: ["It was cancelled with its run."]
        case .waiting, .ready, .leased, .publishing, .published: []
        }
    }

    private var reuse: String {
        guard case .cached(let path, let note)? = BuildReason.parse(record.reason).first else {
            return "It is not built: \(record.reason)."
        }
        if let note { return "It is not built: \(path) is still right (\(note))." }
        return planned?.cached == nil
            ? "It is not built here: another run published the same meanwhile, \(path)."
            : "It is not built: nothing that determines it has changed since \(path) was built."
    }

    private var skipped: [String] {
        let prefix = "skipped: "
        let suffix = " failed"
        guard record.reason.hasPrefix(prefix), record.reason.hasSuffix(suffix) else { return ["\(record.reason)."] }
        let name = record.reason.dropFirst(prefix.count).dropLast(suffix.count)
        let culprit = run.plan?.jobs.first { $0.cpv.description == name }
        let failure = culprit.flatMap { run.jobs[Int($0.index)].record.failure }
        return ["It is skipped because \(name) failed\(failure.map { ": \($0)" } ?? "")."] + logs(of: String(name))
    }

    private func logs(of name: String) -> [String] {
        [
            "farmctl log \(id.isResolving ? (run.record.request.recipe == nil ? "resolve" : "image") : name) --run \(id.run) shows the log."
        ]
    }

    /// Why the plan has it built.
    private var because: [String] {
        guard let planned, record.state != .cached else { return [] }
        if planned.cached != nil { return [] }
        let verb =
            switch record.state {
            case .published: "was built"
            case .failed, .skipped, .cancelled: "was to be built"
            case .waiting, .ready, .leased, .publishing, .cached: "is built"
            }
        let clauses = BuildReason.parse(planned.reason).flatMap(clauses)
        return clauses.enumerated().map { place, clause in
            (place == 0 ? "It \(verb) because " : "And because ") + clause + "."
        }
    }

    private func clauses(_ reason: BuildReason) -> [String] {
        switch reason {
        case .new: ["this farm has published no package of it yet"]
        case .version(let from, let to): ["its version changed: \(from) -> \(to)"]
        case .use(let flags): ["its USE flags changed: \(Self.words(flags))"]
        case .ebuildChanged:
            ["its recipe changed: the ebuild, an eclass that it inherits, its files/, a user patch or a distfile"]
        case .flags:
            ["the environment of builds changed: CFLAGS and the like, FEATURES, package.env or a bashrc file"]
        case .baseChanged:
            ["the base image changed in what this build sees of it: toolchain, system set or a package it needs"]
        case .live: ["its ebuild is live: the sources may have changed since the last run"]
        case .dependencyChanged(let packages, let more): dependencies(packages, more)
        case .forced: ["somebody wanted it: farmctl submit --force"]
        case .other("bootstrap"): ["its second pass needs it, directly or not, and replaces it"]
        case .cached, .other: ["the plan says: \(reason)"]
        }
    }

    private static func words(_ flags: [String]) -> String {
        flags.map { $0.hasPrefix("-") ? "\($0.dropFirst()) is off now" : "\($0.drop { $0 == "+" }) is on now" }
            .joined(separator: ", ")
    }

    private func dependencies(_ packages: [String], _ more: Int) -> [String] {
        var clauses = packages.prefix(Self.packagesNamed).map(dependency)
        let left = packages.count - clauses.count + more
        if packages.isEmpty {
            clauses = ["its dependencies are not those that it was built with"]
        } else if left > 0 {
            clauses.append("\(left) more of its dependencies changed")
        }
        clauses[clauses.count - 1] +=
            record.state == .waiting && !isReady && planned?.candidates.isEmpty == false
            ? "; should nothing that it sees of them change, it will not be built after all"
            : isCutOffDecided ? ", and what it sees of them differs" : ""
        return clauses
    }

    private var isReady: Bool { scheduler.state(of: id) == .ready }

    /// All that it waits for has a package, and none of those that it could have been is right.
    private var isCutOffDecided: Bool {
        (planned?.waitsFor ?? []).allSatisfy { run.jobs[Int($0)].record.state.isAvailable }
            && planned?.candidates.isEmpty == false
    }

    private func dependency(_ package: String) -> String {
        let needed = Set(planned?.waitsFor ?? [])
        guard let job = run.plan?.jobs.last(where: { $0.cpv.cp == package && needed.contains($0.index) }) else {
            return "\(package) is not among its dependencies any more"
        }
        let state = run.jobs[Int(job.index)].record.state
        if state == .cached { return "\(job.cpv) is another build than the one it was built with" }
        let changes = BuildReason.parse(job.reason).map { reason in
            switch reason {
            case .version(let from, let to): "version \(from) -> \(to)"
            case .use(let flags): "USE \(flags.joined(separator: " "))"
            default: reason.name
            }
        }
        return "\(job.cpv) \(state == .published ? "was" : "is") built again"
            + (changes.isEmpty ? "" : " (\(changes.joined(separator: ", ")))")
    }

    /// What it takes from the base image, and its other pass.
    private var base: [String] {
        guard let planned, record.state != .cached else { return [] }
        if planned.packs { return ["Nothing is compiled: the base image's own copy is packed as it is."] }
        var lines: [String] = []
        if !planned.baseEdges.isEmpty {
            let names = planned.baseEdges.map(\.description).joined(separator: ", ")
            let one = planned.baseEdges.count == 1
            lines.append(
                "It is built against the base image's \(names): the new \(one ? "one" : "ones") can only be built later."
            )
        }
        if let first = planned.replaces {
            lines.append(
                "It is the second pass: job \(first) was built against the base image, and this one replaces it.")
        } else if let second = run.plan?.jobs.first(where: { $0.replaces == id.index }) {
            lines.append("The second pass builds it again as job \(second.index), and that one stays.")
        } else if !lines.isEmpty, !run.record.request.secondPass {
            lines.append("farmctl submit --second-pass would build it again afterwards.")
        }
        return lines
    }

    /// Why it does not run now, beside the jobs that it waits for.
    private var now: [String] {
        guard let status = scheduler.status(of: id), status.waitingFor.isEmpty, let because = status.waitsBecause else {
            return []
        }
        return ["It does not run now: \(because)."]
    }

    /// How earlier attempts went, when it took more than one.
    private var history: [String] {
        let attempts = scheduler.durable[id]?.attempts ?? []
        let isTold = attempts.count > 1 || (attempts.last?.record.isLive == false && !record.state.isEnd)
        guard isTold, record.state != .publishing || attempts.count > 1 else { return [] }
        return attempts.enumerated().suffix(Self.attemptsTold).map { place, attempt in
            "Attempt \(place + 1) on \(attempt.record.worker): \(attempt.record.story)."
        }
    }
}

extension AttemptRecord {
    /// How it went.
    fileprivate var story: String {
        switch end {
        case nil: "under way with \(cores == 1 ? "1 core" : "\(cores) cores")"
        case .finished: "finished"
        case .failed(let failure): failure.description
        case .lost(let reason): "lost, \(reason)"
        case .released(let reason): "given back, \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
