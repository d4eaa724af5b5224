import Documents
import Shared

struct PlanView: Report, Equatable {
    struct Node: Encodable, Sendable, Equatable {
        let job: Int32
        let cpv: String
        let slot: String
        let repository: String
        let use: [String]
        /// Numbers of the jobs that must be published first.
        let waitsFor: [Int32]
        /// Packages whose copy in the base image it is built against.
        let baseEdges: [String]
        /// Numbers of the jobs needed when it is installed.
        let runtime: [Int32]
        let state: String
        let reason: String?
        /// The reason's parts.
        let reasons: [String]
        let buildKey: String
        /// Builds again what an earlier job built against the base image.
        let secondPass: Bool
        /// The base image's copy is packed, nothing is built.
        let pack: Bool
        let expectedS: Double?
        let expectedCpuS: Double?
        let expectedCores: Int32?
        let expectedMemoryBytes: Int64?

        init(_ wire: WirePlanNode) {
            job = wire.job
            cpv = wire.cpv
            slot = wire.slot
            repository = wire.repository
            use = wire.use
            waitsFor = wire.waitsFor
            baseEdges = wire.baseEdges
            runtime = wire.runtime
            state = wire.state.domain?.rawValue ?? "unknown"
            reason = wire.reason.unlessEmpty
            reasons = BuildReason.parse(wire.reason).map(\.description)
            buildKey = wire.buildKey
            secondPass = wire.secondPass
            pack = wire.pack
            expectedS = wire.expectedMs.unlessZero.map(Times.seconds)
            expectedCpuS = wire.expectedCpuMs.unlessZero.map(Times.seconds)
            expectedCores = wire.expectedCores > 0 ? wire.expectedCores : nil
            expectedMemoryBytes = wire.expectedMemory.unlessZero
        }

        var isCached: Bool { state == JobState.cached.rawValue }
        var parsedReasons: [BuildReason] { BuildReason.parse(reason ?? "") }
        /// nil for a text that is none.
        var package: CPV? { try? CPV(cpv) }

        /// Where it stands, and why; a cached job's reason says both.
        var explanation: String {
            guard let reason else { return state }
            return reason.hasPrefix("cached: ") && isCached ? reason : "\(state), \(reason)"
        }
    }

    let run: Int64
    let farm: String?
    let summary: PlanSummary
    let jobs: [Node]

    init(run: Int64, farm: String? = nil, jobs: [Node]) {
        self.run = run
        self.farm = farm
        self.jobs = jobs
        summary = PlanSummary(jobs)
    }

    func lines(width: Int?) -> [Line] {
        guard !jobs.isEmpty else { return ["run \(run) has nothing to do: its plan has no jobs"] }
        let names = names
        let limit = Wrapping.width(width)
        var lines: [Line] = []
        for node in jobs {
            var head: Line = "\(node.job, .faint) \(node.cpv, .strong):\(node.slot)::\(node.repository)"
            if node.secondPass { head.append(" (second pass)", .warning) }
            if node.pack { head.append(" (packed from the base image)", .warning) }
            let explanation = Line(node.explanation, JobDocument.tone(of: node.state))
            if head.width + 1 + explanation.width <= limit {
                lines.append(head + " " + explanation)
            } else {
                lines.append(head)
                lines += Wrapping.lines(
                    node.explanation, indent: "    ", hanging: "  ", tone: JobDocument.tone(of: node.state),
                    width: limit)
            }
            if !node.waitsFor.isEmpty {
                let needed = node.waitsFor.map { names[$0] ?? "job \($0)" }
                lines.append(Line(Wrapping.names(needed, behind: "    waits for", width: limit)))
            }
            for edge in node.baseEdges {
                lines += Wrapping.lines(
                    "built against the base image's \(edge)", indent: "    ", tone: .warning, width: limit)
            }
        }
        lines += Wrapping.lines(summary.text, hanging: "  ", width: limit)
        return width.map { width in lines.map { $0.clipped(to: width) } } ?? lines
    }

    private var names: [Int32: String] {
        Dictionary(jobs.map { ($0.job, $0.cpv) }, uniquingKeysWith: { first, _ in first })
    }
}
