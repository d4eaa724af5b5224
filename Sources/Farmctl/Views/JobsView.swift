struct JobsView: Report, Equatable {
    let run: Int64
    let jobs: [JobView]

    func lines(width: Int?) -> [Line] {
        guard !jobs.isEmpty else { return ["run \(run) has no such jobs"] }
        var table = Table([
            .init("JOB", .right), .init("PACKAGE"), .init("STATE"), .init("WORKER"), .init("PHASE"),
            .init("TOOK", .right), .init("EXPECTED", .right), .init("ATTEMPTS", .right), .init("MEMORY", .right),
            .init("WHY"),
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
