import Documents
import Shared

extension Dashboard {
    /// A picture of exactly so many lines.
    func picture(width: Int, height: Int) -> [Line] {
        if isHelping { return filled(Self.help, [], footer: "any key goes back", width, height) }
        guard let news else { return filled([heading], [], footer: "q quits", width, height) }
        if let log {
            let top: [Line] = [heading, "\("log of \(log.cpv)", .strong)\(note(of: log), .faint)"]
            let shown = log.shown(height: height - top.count - 1)
            let footer = "↑↓ PgUp PgDn g G move   e first error   q back"
            return filled(top, shown, footer: Line(footer, .faint), width, height)
        }
        let top = self.top(news, width, atMost: height - 1 - Self.jobsLeast)
        let room = max(2, height - top.count - 1)
        return filled(top, jobLines(width: width, height: room), footer: footer, width, height)
    }

    /// All above the jobs, with less of the runs and the workers where there is no room for more.
    private func top(_ news: News, _ width: Int, atMost limit: Int) -> [Line] {
        let first = [heading] + warnings(news)
        let last: [Line] = [jobsHeading(news)]
        for (outlooks, workers) in [(true, 5), (true, 2), (false, 5), (false, 2)] {
            let lines =
                first + runs(news, width, withOutlooks: outlooks) + [.empty] + workerLines(width, shown: workers)
                + [.empty] + last
            if lines.count <= limit { return lines }
        }
        // A list that the keys are in is shown, however small the terminal is.
        return Array(first.prefix(1)) + (list == .workers ? workerLines(width, shown: 1) : []) + last
    }

    /// Lines for the jobs: the heading and some rows.
    private static let jobsLeast = 4

    private func filled(_ top: [Line], _ body: [Line], footer: Line, _ width: Int, _ height: Int) -> [Line] {
        var lines = Array((top + body).prefix(max(0, height - 1)))
        while lines.count < height - 1 { lines.append(.empty) }
        return (lines + [footer]).map { $0.clipped(to: width) }
    }

    private var heading: Line {
        var line: Line = "\("binfarm", .strong)"
        guard let news else { return line + "  asking the coordinator…" }
        line.append("  \(news.status.now ?? "")", .faint)
        if let silence {
            line.append(
                "  the coordinator has been silent for \(Quantity.duration(milliseconds: silence.milliseconds))", .bad)
        } else {
            line.append("  live", .good)
        }
        return line
    }

    private func warnings(_ news: News) -> [Line] {
        (news.status.paused.map { ["\("paused", .bad): \($0)"] } ?? [])
            + news.status.farms.compactMap { farm in farm.held.map { "\("held", .warning): \(farm.name): \($0)" } }
    }

    /// Runs under way, or else the last one.
    private func runs(_ news: News, _ width: Int, withOutlooks: Bool) -> [Line] {
        let open = news.status.runs.filter { !$0.hasEnded }
        let shown = open.isEmpty ? Array(news.status.runs.prefix(1)) : Array(open.prefix(3))
        guard !shown.isEmpty else { return ["there is no run yet: farmctl submit FARM TARGET begins one"] }
        return shown.flatMap { run -> [Line] in
            var line: Line = "\("run \(run.run)", .strong) \(run.farm)  "
            line.append(run.stateLine)
            line.append("  ")
            line.append(run.progressLine)
            // They may be many, and are cut off where the line ends.
            line.append("  \(run.targets.joined(separator: " "))", .faint)
            var lines = [line]
            var counts: Line = "  "
            counts.append(run.countsLine)
            lines.append(counts)
            let outlook = withOutlooks ? news.outlooks.first { $0.run.run == run.run } : nil
            return lines + (outlook?.outlook(width: width) ?? [])
        }
    }

    private func workerLines(_ width: Int, shown count: Int) -> [Line] {
        guard !workers.isEmpty else { return ["no worker has said hello yet"] }
        var table = Table([
            .init("WORKER"), .init("STATE"), .init("BUILDS", .right), .init("CORES", .right, spare: 3),
            .init("LOAD", .right, spare: 4), .init("MEMORY FREE", .right, spare: 1),
            .init("DISK FREE", .right, spare: 2),
        ])
        let first = Self.first(workerPlace, of: workers.count, shown: count)
        let shown = workers[first..<min(workers.count, first + count)]
        for worker in shown {
            table.add([
                Line(worker.name, .strong), worker.stateLine, Line(worker.buildsText),
                Line(String(worker.cores)), Line(worker.loadText),
                Line(worker.memoryFreeBytes.map(Quantity.size) ?? ""),
                Line(Quantity.size(worker.diskFreeBytes)),
            ])
        }
        let mark = list == .workers ? workerPlace - first : -1
        return Self.marked(table.lines(width: width - 2), row: mark)
            + (workers.count > shown.count ? [Line("  \(workers.count) workers", .faint)] : [])
    }

    private func jobsHeading(_ news: News) -> Line {
        let place = news.run.map { "run \($0): " } ?? ""
        if isTyping || !filter.isEmpty {
            return "\(place, .faint)\("\(jobs.count) jobs with '\(filter)\(isTyping ? "_" : "")'", .strong)"
        }
        return Line("\(place)building and failed", .faint)
    }

    private func jobLines(width: Int, height: Int) -> [Line] {
        let jobs = jobs
        guard !jobs.isEmpty else { return [Line("  none", .faint)] }
        let first = Self.first(jobPlace, of: jobs.count, shown: max(1, height - 1))
        var table = Table([
            .init("PACKAGE"), .init("STATE"), .init("WORKER", spare: 2), .init("PHASE", spare: 3),
            .init("FOR", .right, spare: 1), .init("OF", .right, spare: 4), .init("CPU", .right, spare: 6),
            .init("MEMORY", .right, spare: 5), .init("WHY", least: 32),
        ])
        for job in jobs[first..<min(jobs.count, first + max(1, height - 1))] {
            table.add([
                Line(job.cpv), job.stateLine, Line(job.worker ?? ""), Line(job.phase ?? ""), Line(job.elapsedText),
                Line(job.expectedText), Line(job.cpuText), Line(job.memoryText), Line(job.failure?.line ?? ""),
            ])
        }
        return Self.marked(table.lines(width: width - 2), row: list == .jobs ? jobPlace - first : -1)
    }

    private var footer: Line {
        if isTyping { return Line("type what to look for; Enter keeps it, Esc drops it", .faint) }
        if let message { return message }
        return Line("↑↓ move  Enter log  / find  Tab workers  d drain  r retry  ? help  q quit", .faint)
    }

    private func note(of log: LogPane) -> String {
        let following = log.top == nil ? "  (its end)" : ""
        return log.forgotten > 0 ? "  the first \(log.forgotten) lines are not kept\(following)" : following
    }

    /// A table whose rows stand behind a mark; the heading is no row.
    private static func marked(_ lines: [Line], row: Int) -> [Line] {
        lines.enumerated().map { place, line in
            (place == row + 1 && row >= 0 ? Line("> ", .active) : Line("  ")) + line
        }
    }

    /// The first of those shown, so that the selected one is among them.
    private static func first(_ selected: Int, of count: Int, shown: Int) -> Int {
        max(0, min(selected - shown / 2, count - shown))
    }

    private static let help: [Line] = [
        "\("Keys", .strong)",
        "  ↑ ↓ j k            move",
        "  PgUp PgDn Space    a page; g and G go to the first and the last",
        "  Enter, l           the log of the selected job; Esc or q goes back",
        "  e                  in a log: the first error",
        "  /                  look for a package, a state, a worker or an error in all jobs; Esc drops it",
        "  Tab                from the jobs to the workers, and back",
        "  d                  drain the selected worker, or take it back",
        "  r                  build the selected package again, in a new run",
        "  q, Ctrl-C          leave; the farm goes on",
    ]
}
