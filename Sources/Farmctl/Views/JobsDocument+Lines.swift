import Documents
import Shared

extension JobsDocument: Report {
    func lines(width: Int?) -> [Line] {
        guard !jobs.isEmpty else { return ["run \(run) has no such jobs"] }
        var table = Table([
            .init("JOB", .right), .init("PACKAGE"), .init("STATE"), .init("WORKER", spare: 1), .init("PHASE", spare: 2),
            .init("TOOK", .right), .init("EXPECTED", .right, spare: 3), .init("ATTEMPTS", .right, spare: 4),
            .init("MEMORY", .right, spare: 5), .init("WHY", least: 24),
        ])
        for job in jobs {
            table.add([
                Line(job.job < 0 ? "-" : String(job.job)), Line(job.cpv), job.stateLine, Line(job.worker ?? ""),
                Line(job.phase ?? ""), Line(job.elapsedText), Line(job.expectedText),
                Line(job.attempts > 0 ? String(job.attempts) : ""),
                Line(job.resources.flatMap { $0.peakMemoryBytes.unlessZero }.map(Quantity.size) ?? ""), job.detail,
            ])
        }
        return table.lines(width: width)
    }
}
