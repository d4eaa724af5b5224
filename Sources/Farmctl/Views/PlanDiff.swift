import Shared

/// What two plans do differently.
struct PlanDiff: Report, Equatable {
    /// A job that only one of the plans has.
    struct Job: Encodable, Sendable, Equatable {
        let cpv: String
        let slot: String
        let repository: String
        let use: [String]
        let secondPass: Bool
        let cached: Bool
        let reason: String?

        init(_ node: PlanView.Node) {
            cpv = node.cpv
            slot = node.slot
            repository = node.repository
            use = node.use
            secondPass = node.secondPass
            cached = node.isCached
            reason = node.reason
        }
    }

    struct Step: Encodable, Sendable, Equatable {
        let from: String
        let to: String

        /// nil when nothing changed.
        init?(_ from: String, _ to: String) {
            guard from != to else { return nil }
            self.from = from
            self.to = to
        }
    }

    /// A job of both plans that is not the same in them. What did not change is left out.
    struct Change: Encodable, Sendable, Equatable {
        /// As the later plan has it.
        let cpv: String
        let slot: String
        let secondPass: Bool
        let version: Step?
        let slotChange: Step?
        let repository: Step?
        /// `+flag`: on in the later plan only; `-flag`: in the earlier one only.
        let use: [String]
        let buildKey: Step?
        /// In the later plan.
        let cached: Bool
        let cachedThen: Bool
        /// In the later plan.
        let reason: String?

        var isBuiltNow: Bool { !cached && cachedThen }
        var isCachedNow: Bool { cached && !cachedThen }

        init(_ old: PlanView.Node, _ new: PlanView.Node) {
            cpv = new.cpv
            slot = new.slot
            secondPass = new.secondPass
            version = Step(old.package?.version ?? old.cpv, new.package?.version ?? new.cpv)
            slotChange = Step(old.slot, new.slot)
            repository = Step(old.repository, new.repository)
            let before = Set(old.use)
            let after = Set(new.use)
            use =
                after.subtracting(before).sorted().map { "+\($0)" }
                + before.subtracting(after).sorted().map { "-\($0)" }
            buildKey = Step(old.buildKey, new.buildKey)
            cached = new.isCached
            cachedThen = old.isCached
            reason = new.reason
        }

        var isNone: Bool {
            version == nil && slotChange == nil && repository == nil && use.isEmpty && buildKey == nil
                && cached == cachedThen
        }
    }

    struct Counts: Encodable, Sendable, Equatable {
        let added: Int
        let removed: Int
        let version: Int
        let slot: Int
        let repository: Int
        let use: Int
        let buildKey: Int
        let builtNow: Int
        let cachedNow: Int
        let unchanged: Int
    }

    let run: Int64
    let earlier: Int64
    let farm: String?
    let earlierFarm: String?
    let counts: Counts
    let added: [Job]
    let removed: [Job]
    let changed: [Change]

    /// Jobs belong together when they are of one package and slot; the only two of a package that are left over are one
    /// whose slot changed.
    init(_ new: PlanView, since old: PlanView) {
        run = new.run
        earlier = old.run
        farm = new.farm
        earlierFarm = old.farm
        var left = Dictionary(
            old.jobs.map { (Identity($0), $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [(Int, Change)] = []
        var unmatched: [(Int, PlanView.Node)] = []
        for (place, node) in new.jobs.enumerated() {
            if let before = left.removeValue(forKey: Identity(node)) {
                changes.append((place, Change(before, node)))
            } else {
                unmatched.append((place, node))
            }
        }
        let oldByName = Dictionary(grouping: left.values) { Identity($0, withSlot: false) }
        let newByName = Dictionary(grouping: unmatched) { Identity($0.1, withSlot: false) }
        var added: [Job] = []
        for (place, node) in unmatched {
            let name = Identity(node, withSlot: false)
            if newByName[name]?.count == 1, let before = oldByName[name], before.count == 1 {
                left[Identity(before[0])] = nil
                changes.append((place, Change(before[0], node)))
            } else {
                added.append(Job(node))
            }
        }
        let gone = Set(left.keys)
        let removed = old.jobs.filter { gone.contains(Identity($0)) }.map(Job.init)
        let changed = changes.sorted { $0.0 < $1.0 }.map(\.1).filter { !$0.isNone }
        self.added = added
        self.removed = removed
        self.changed = changed
        counts = Counts(
            added: added.count, removed: removed.count, version: changed.count { $0.version != nil },
            slot: changed.count { $0.slotChange != nil }, repository: changed.count { $0.repository != nil },
            use: changed.count { !$0.use.isEmpty }, buildKey: changed.count { $0.buildKey != nil },
            builtNow: changed.count(where: \.isBuiltNow), cachedNow: changed.count(where: \.isCachedNow),
            unchanged: changes.count - changed.count)
    }

    private struct Identity: Hashable {
        let name: String
        let slot: String
        let secondPass: Bool

        init(_ node: PlanView.Node, withSlot: Bool = true) {
            name = node.package?.cp ?? node.cpv
            slot = withSlot ? node.slot : ""
            secondPass = node.secondPass
        }
    }
}

extension PlanDiff {
    func lines(width: Int?) -> [Line] {
        let limit = Wrapping.width(width)
        var lines = heading
        if !added.isEmpty { lines += [.empty, "\("added", .strong)"] + added.flatMap { Self.lines($0, "+", limit) } }
        if !removed.isEmpty {
            lines += [.empty, "\("removed", .strong)"] + removed.flatMap { Self.lines($0, "-", limit) }
        }
        if !changed.isEmpty {
            lines += [.empty, "\("changed", .strong)"] + changed.flatMap { Self.lines($0, limit) }
        }
        return width.map { width in lines.map { $0.clipped(to: width) } } ?? lines
    }

    /// The counts that are not zero.
    private var heading: [Line] {
        func named(_ run: Int64, _ farm: String?) -> String {
            self.farm == earlierFarm ? "run \(run)" : "run \(run) (\(farm ?? "?"))"
        }
        let rows: [(Int, String)] = [
            (counts.added, "added"), (counts.removed, "removed"), (counts.version, "version changed"),
            (counts.slot, "slot changed"), (counts.repository, "repository changed"), (counts.use, "USE changed"),
            (counts.buildKey, "build key changed"), (counts.builtNow, "built now, cached then"),
            (counts.cachedNow, "cached now, built then"), (counts.unchanged, "the same"),
        ]
        return ["\(named(run, farm)) against \(named(earlier, earlierFarm))"]
            + rows.filter { $0.0 > 0 }.map { count, what in
                Line(String(count)).padded(to: 6, .right) + Line("  \(what)")
            }
    }

    private static func lines(_ job: Job, _ sign: String, _ limit: Int) -> [Line] {
        let head = "  \(sign) \(job.cpv):\(job.slot)::\(job.repository)" + (job.secondPass ? " (second pass)" : "")
        let tone: Tone = sign == "+" ? .good : .bad
        guard sign == "+", let reason = job.reason else { return [Line(head, tone)] }
        if head.count + 2 + reason.count <= limit { return ["\(head, tone)  \(reason)"] }
        return [Line(head, tone)] + Wrapping.lines(reason, indent: "      ", hanging: "  ", width: limit)
    }

    private static func lines(_ change: Change, _ limit: Int) -> [Line] {
        var head: Line = "  \(change.cpv, .strong):\(change.slot)"
        if change.secondPass { head.append(" (second pass)", .warning) }
        if change.isBuiltNow { head.append("  built now, cached then", .warning) }
        if change.isCachedNow { head.append("  cached now, built then", .good) }
        var facts: [String] = []
        if let version = change.version { facts.append("version \(version.from) -> \(version.to)") }
        if let slot = change.slotChange { facts.append("slot \(slot.from) -> \(slot.to)") }
        if let repository = change.repository { facts.append("repository \(repository.from) -> \(repository.to)") }
        if !change.use.isEmpty { facts.append("USE \(change.use.joined(separator: " "))") }
        if change.buildKey != nil { facts.append("build key: \(change.reason ?? "of an unknown reason")") }
        return [head] + facts.flatMap { Wrapping.lines($0, indent: "      ", hanging: "  ", width: limit) }
    }
}
