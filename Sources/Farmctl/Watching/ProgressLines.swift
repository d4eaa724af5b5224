import Documents
import Shared

/// What to tell about runs where nothing can be redrawn: a line whenever something changed.
struct ProgressLines {
    private struct Seen: Equatable {
        var state: String
        var ended: Int
        var building: [String]
    }

    private var seen: [Int64: Seen] = [:]
    private var failed: [Int64: Set<Int32>] = [:]
    private var paused: String?

    mutating func lines(for status: StatusDocument) -> [Line] {
        var lines: [Line] = []
        if status.paused != paused {
            paused = status.paused
            lines.append(paused.map { "paused: \($0)" } ?? "goes on")
        }
        for run in status.runs.reversed() { lines += self.lines(for: run, workers: status.workers) }
        return lines
    }

    private mutating func lines(for run: RunDocument, workers: [WorkerDocument]) -> [Line] {
        var lines: [Line] = []
        for job in run.failed where failed[run.run, default: []].insert(job.job).inserted {
            lines.append("run \(run.run): \(job.cpv) failed\(job.worker.map { " on \($0)" } ?? "")")
            lines += job.failure?.lines(indentedBy: "  ") ?? []
        }
        let running = workers.flatMap { worker in
            worker.running.filter { $0.run == run.run }.map { "\($0.cpv) on \(worker.name)" }
        }
        let now = Seen(state: run.state, ended: run.ended, building: running.sorted())
        guard seen[run.run] != now else { return lines }
        seen[run.run] = now
        var line: Line = "run \(run.run): \(run.stateLine)"
        if run.total > 0 {
            line.append(", \(run.ended)/\(run.total) (")
            line.append(run.countsLine)
            line.append(")")
        }
        if run.hasEnded {
            line.append(" after \(run.elapsedText)")
        } else {
            if !running.isEmpty { line.append("; now \(now.building.joined(separator: ", "))") }
            if !run.remainingText.isEmpty { line.append("; about \(run.remainingText) left") }
        }
        return lines + [line]
    }
}
