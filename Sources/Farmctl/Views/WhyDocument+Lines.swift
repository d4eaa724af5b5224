import Documents
import Shared

extension WhyDocument: Report {
    /// Levels of the tree drawn in a line's indent; deeper ones stand below each other.
    private static let deepestIndent: Int32 = 8

    func lines(width: Int?) -> [Line] {
        let limit = Wrapping.width(width)
        let name: Line = "\(job.cpv, .strong) in run \(job.run):"
        let standing = standing(of: job)
        var lines =
            name.width + 1 + standing.width <= limit
            ? [name + " " + standing] : [name, ("  " + standing).clipped(to: limit)]
        lines += explanation.flatMap { Wrapping.lines($0, indent: "  ", hanging: "  ", width: limit) }
        if !waitsFor.isEmpty {
            lines.append("  It waits for \(Self.jobs(waitsForTotal)):")
            lines += waitsFor.map { needed in
                let indent = String(repeating: "  ", count: 2 + Int(min(needed.depth, Self.deepestIndent)))
                return (Line(indent) + "\(needed.job.cpv): \(self.standing(of: needed.job))").clipped(to: limit)
            }
            let hidden = waitsForTotal - Int32(waitsFor.count)
            if hidden > 0 { lines.append("    and \(hidden) more") }
        }
        if !waitedForBy.isEmpty {
            let lead = "  \(Self.jobs(waitedForByTotal)) \(waitedForByTotal == 1 ? "waits" : "wait") for it:"
            let hidden = Int(waitedForByTotal) - waitedForBy.count
            lines += Wrapping.lines(
                "\(lead.dropFirst(2)) " + waitedForBy.joined(separator: " ")
                    + (hidden > 0 ? " and \(hidden) more" : ""),
                indent: "  ", hanging: "  ", width: limit)
        }
        return width.map { width in lines.map { $0.clipped(to: width) } } ?? lines
    }

    private static func jobs(_ count: Int32) -> String { count == 1 ? "1 job" : "\(count) jobs" }

    /// `leased, building on alpha for 30 s of about 1 min 00 s`
    private func standing(of job: JobDocument) -> Line {
        var line = job.stateLine
        switch JobState(rawValue: job.state) {
        case .leased:
            line.append(", \(job.phase ?? "beginning") on \(job.worker ?? "?")")
            if !job.elapsedText.isEmpty { line.append(" for \(job.elapsedText)") }
            if !job.expectedText.isEmpty { line.append(" of about \(job.expectedText)") }
        case .published, .failed:
            if let worker = job.worker { line.append(" on \(worker)") }
            if !job.elapsedText.isEmpty { line.append(" after \(job.elapsedText)") }
        case .waiting, .ready:
            // What it waits for stands below it, and why the job at the top does not run is explained.
            if job != self.job, job.waitingFor.isEmpty, let because = job.waitsBecause { line.append(", \(because)") }
            if !job.expectedText.isEmpty { line.append(", takes about \(job.expectedText)") }
        case .publishing, .cached, .skipped, .cancelled, nil: break
        }
        return line
    }
}
