import Documents

extension ReportDocument: Report {
    func lines(width: Int?) -> [Line] {
        var lines: [Line] = ["\(job.cpv, .strong) in run \(job.run): \(job.stateLine)\(place)"]
        if let failure = job.failure {
            lines.append("  \(failure.class, .bad): \(failure.reason)")
            if let line = failure.firstErrorLine { lines.append("  \(line)") }
        }
        lines += usage + stageLines + messageLines
        if !tail.isEmpty { lines += ["The log ends:"] + tail.map { "  \($0)" } }
        if !files.isEmpty {
            lines.append("Kept with it (--files writes them):")
            lines += files.map { "  \($0.path) \(Quantity.size($0.bytes), .faint)" }
        }
        return lines
    }

    /// ` on node1 after 12 s`
    private var place: String {
        (job.worker.map { " on \($0)" } ?? "") + (job.elapsedText.isEmpty ? "" : " after \(job.elapsedText)")
    }

    private var usage: [Line] {
        guard let resources = job.resources else { return [] }
        var parts = ["\(Quantity.duration(seconds: resources.cpuS)) of CPU"]
        if resources.peakMemoryBytes > 0 { parts.append("\(Quantity.size(resources.peakMemoryBytes)) of memory") }
        parts.append("\(Quantity.size(resources.diskBytes)) of disk")
        return ["  It used \(parts.joined(separator: ", "))."]
    }

    private var stageLines: [Line] {
        guard let longest = stages.map(\.wallS).max(), longest > 0 else { return [] }
        var table = Table([.init("STAGE"), .init("TIME", .right), .init("")])
        for stage in stages {
            let bar = String(repeating: "#", count: Int((stage.wallS / longest * 30).rounded()))
            table.add([
                Line(stage.name), Line(Quantity.duration(seconds: stage.wallS)), Line(bar, .faint),
            ])
        }
        return table.lines()
    }

    private var messageLines: [Line] {
        messages.flatMap { message -> [Line] in
            let tone: Tone =
                switch message.kind {
                case "ERROR": .bad
                case "QA", "WARN": .warning
                default: .active
                }
            return ["\(message.kind, tone) in \(message.phase):"]
                + message.text.replacing("\t", with: "    ").split(separator: "\n", omittingEmptySubsequences: false)
                .map { "  \($0)" }
        }
    }
}
