import Documents
import Shared

extension HistoryDocument: Report {
    /// One for each eighth of the longest build.
    private static let steps: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    func lines(width: Int?) -> [Line] {
        guard !builds.isEmpty else { return ["\(package, .strong) has never been built"] }
        var table = Table([
            .init("RUN", .right), .init("VERSION"), .init("STATE"), .init("WORKER", spare: 2), .init("WHEN", spare: 3),
            .init("TOOK", .right), .init("CPU", .right, spare: 4), .init("MEMORY", .right, spare: 5),
            .init("PACKAGE", .right, spare: 1), .init("WHY", least: 24),
        ])
        for build in builds {
            table.add([
                Line(String(build.run), .strong), Line(build.version),
                Line(build.state, JobDocument.tone(of: build.state)),
                Line(build.worker ?? ""), Line(build.startedAt ?? ""), Line(Self.duration(build.wallS)),
                Line(Self.duration(build.cpuS)), Line(build.peakMemoryBytes.map(Quantity.size) ?? ""),
                Line(build.packageBytes.map(Quantity.size) ?? ""),
                Line(build.failure?.line ?? ""),
            ])
        }
        return ["\(package, .strong)  \(sparkline)", .empty] + table.lines(width: width)
    }

    /// How long the builds took, the oldest first; of those that failed a cross.
    private var sparkline: Line {
        let longest = builds.compactMap(\.wallS).max() ?? 0
        var line = Line()
        for build in builds.reversed() {
            if JobState(rawValue: build.state) == .failed {
                line.append("×", .bad)
            } else if let wall = build.wallS, longest > 0 {
                let share = min(max(0, wall / longest), 1)
                let step = min(Int(share * Double(Self.steps.count)), Self.steps.count - 1)
                line.append(String(Self.steps[step]), .good)
            }
        }
        return line
    }

    private static func duration(_ seconds: Double?) -> String {
        seconds.map { Quantity.duration(seconds: $0) } ?? ""
    }
}

extension HistoryDocument.Build {
    /// Of the cpv.
    fileprivate var version: String {
        guard let cpv = try? CPV(cpv) else { return cpv }
        return String(cpv.description.dropFirst(cpv.cp.count + 1))
    }
}
