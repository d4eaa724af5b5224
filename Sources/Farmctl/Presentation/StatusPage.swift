import Core
import Documents
import Shared

/// The page of `farmctl status`, and one picture of `--watch`.
struct StatusPage: Sendable {
    let status: StatusDocument
    /// Of the runs under way.
    var outlooks: [RunDetailDocument] = []
    /// Where a browser finds it.
    var address: String?
    let isVerbose: Bool

    /// Failures shown of each run; the rest is counted.
    private static let failuresShown = 5
    /// Characters of a run's targets; JSON has them all.
    private static let targetsShown = 24

    func lines(width: Int?) -> [Line] {
        let blocks = [
            [headline] + place + warnings, farms.lines(width: width), runs.lines(width: width), outlook(width: width),
            workers(width: width),
            building.lines(width: width), failures(Wrapping.width(width)), resolving,
        ]
        return Array(blocks.filter { !$0.isEmpty }.joined(separator: [.empty]))
    }

    /// Whether it works, in one line.
    private var headline: Line {
        let workers = status.workers
        let connected = workers.count(where: \.connected)
        let builds = workers.filter(\.connected).reduce(0) { $0 + $1.running.count }
        let open = status.runs.filter { !$0.hasEnded }.map { "\($0.run)" }
        let fleet = "\(connected) of \(workers.count) workers connected, \(builds) \(builds == 1 ? "build" : "builds")"
        guard !open.isEmpty else { return "\("idle", .strong): \(fleet)" }
        guard connected > 0 else {
            let runs = "\(open.count == 1 ? "run" : "runs") \(open.joined(separator: ", "))"
            return "\("stands still", .bad): no worker is connected, \(runs) cannot go on; farmctl doctor tells more"
        }
        return builds > 0
            ? "\("working", .good): \(fleet)" : "\("waits", .warning): \(fleet); farmctl why PACKAGE tells for what"
    }

    private var place: [Line] {
        address.map { ["\("page: \($0); the binhosts are below it", .faint)"] } ?? []
    }

    private var warnings: [Line] {
        var lines: [Line] = []
        if let paused = status.paused { lines.append("\("paused", .bad): \(paused)") }
        for farm in status.farms {
            if let held = farm.held { lines.append("\("held", .warning): \(farm.name): \(held)") }
        }
        if status.refusedPeers > 0 {
            lines.append(
                "\("\(status.refusedPeers) refused", .warning): peers with an unknown key, or messages that make no sense"
            )
        }
        return lines
    }

    private var farms: Table {
        var table = Table([
            .init("FARM"), .init("PACKAGES", .right), .init("SIZE", .right), .init("EPOCH", spare: 1), .init("BINHOST"),
        ])
        for farm in status.farms {
            table.add([
                Line(farm.name, .strong), Line(String(farm.packages)), Line(Quantity.size(farm.bytes)),
                Line(String(farm.epoch.prefix(12))), Line(farm.url),
            ])
        }
        return table
    }

    private var runs: Table {
        var table = Table([
            .init("RUN", .right), .init("FARM", spare: 1), .init("TARGETS", spare: 2), .init("BY", spare: 4),
            .init("STATE"), .init("PROGRESS"), .init("TOOK", .right), .init("LEFT", .right), .init("JOBS", spare: 3),
        ])
        for run in status.runs {
            table.add([
                Line(String(run.run), .strong), Line(run.farm),
                Line(run.targets.joined(separator: " ")).clipped(to: Self.targetsShown), Line(run.submittedBy ?? ""),
                run.stateLine, run.progressLine, Line(run.elapsedText),
                Line(run.remainingText.unlessEmpty.map { "~" + $0 } ?? ""), run.countsLine,
            ])
        }
        return table
    }

    /// When runs under way end, and what decides it.
    private func outlook(width: Int?) -> [Line] {
        outlooks.flatMap { $0.outlook(width: Wrapping.width(width)) }
    }

    private func workers(width: Int?) -> [Line] { WorkersDocument(workers: status.workers).lines(width: width) }

    private var building: Table {
        var table = Table([
            .init("BUILDING ON"), .init("PACKAGE"), .init("RUN", .right, spare: 1), .init("PHASE"),
            .init("FOR", .right), .init("EXPECTED", .right), .init("CPU", .right, spare: 3),
            .init("MEMORY", .right, spare: 2), .init("DISK", .right, spare: 4), .init("PROGRESS", spare: 5),
        ])
        for worker in status.workers {
            for job in worker.running {
                table.add([
                    Line(worker.name), Line(job.cpv, .active), Line(String(job.run)), Line(job.phase ?? ""),
                    Line(job.elapsedText), Line(job.expectedText), Line(job.cpuText), Line(job.memoryText),
                    Line(job.diskText), job.progressLine,
                ])
            }
        }
        return table
    }

    private func failures(_ width: Int) -> [Line] {
        status.runs.flatMap { run -> [Line] in
            let failed = run.count(.failed)
            guard !run.failed.isEmpty else { return [] }
            var lines: [Line] = [
                "\("failed in run \(run.run)", .bad) \("(more: farmctl log PACKAGE --run \(run.run))", .faint)"
            ]
            for job in run.failed.prefix(isVerbose ? run.failed.count : Self.failuresShown) {
                lines.append(
                    "  \(job.cpv, .strong)\(job.worker.map { " on \($0)" } ?? "")"
                        + (job.attempts > 1 ? ", attempt \(job.attempts)" : ""))
                lines += job.failure?.lines(indentedBy: "    ", width: width) ?? []
            }
            let hidden = failed - min(run.failed.count, isVerbose ? run.failed.count : Self.failuresShown)
            if hidden > 0 { lines.append("  and \(hidden) more: farmctl jobs --run \(run.run) --state failed") }
            return lines
        }
    }

    /// In full for the newest run, in one line for those before.
    var resolving: [Line] {
        status.runs.enumerated().flatMap { place, run -> [Line] in
            guard run.resolveError != nil || run.failure != nil else { return [] }
            let what = run.targets == [ImageRecipe.target] ? "made no image" : "could not be resolved"
            let heading: Line = "\("run \(run.run) \(what)", .bad)"
            if let error = run.resolveError, place == 0 || isVerbose {
                return [heading] + ResolveErrorText(error, isVerbose: isVerbose).lines.map { "  \($0)" }
            }
            return [heading] + (run.failure?.lines(indentedBy: "  ") ?? [])
                + (run.resolveError == nil ? [] : ["  \("farmctl status --run \(run.run)", .faint) says more"])
        }
    }
}
