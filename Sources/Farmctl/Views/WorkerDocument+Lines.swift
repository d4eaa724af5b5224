import Documents
import Shared

extension WorkerDocument {
    var stateLine: Line {
        guard connected else { return Line(draining ? "away, drained" : "away", .warning) }
        if draining { return Line(running.isEmpty ? "drained" : "draining", .warning) }
        return setAside == nil ? Line("connected", .good) : Line("set aside", .bad)
    }

    /// `2/2`, `2/2 +1 trial`: beside a trial install, which waits more than it works, another build may begin.
    var buildsText: String {
        let trials = running.count { $0.phase == Phase.trial.rawValue }
        return "\(running.count - trials)/\(slots)"
            + (trials > 0 ? " +\(trials) \(trials == 1 ? "trial" : "trials")" : "")
    }

    /// `1.3x`
    var speedText: String { speed.map { "\(Quantity.decimal($0))x" } ?? "" }

    /// Of its host, over the last minute.
    var loadText: String { load.map(Quantity.decimal) ?? "" }

    var lastSeenText: String {
        lastSeenS.map { Quantity.duration(seconds: $0) + " ago" } ?? "not yet"
    }
}

extension WorkersDocument: Report {
    /// Of a worker that has not said hello since the coordinator was started nothing is known.
    private static func size(_ bytes: Int64) -> String { bytes > 0 ? Quantity.size(bytes) : "" }

    func lines(width: Int?) -> [Line] {
        guard !workers.isEmpty else { return ["no worker has said hello yet"] }
        var table = Table([
            .init("WORKER"), .init("STATE"), .init("HOST", spare: 5), .init("BUILDS", .right),
            .init("CORES", .right, spare: 3), .init("LOAD", .right, spare: 1), .init("SPEED", .right, spare: 4),
            .init("MEMORY", .right, spare: 5), .init("HOST FREE", .right, spare: 2), .init("DISK FREE", .right),
            .init("SEEN", .right), .init("ENGINE", spare: 6), .init("VERSION", spare: 7),
        ])
        for worker in workers {
            table.add([
                Line(worker.name, .strong),
                worker.stateLine, Line(worker.hostname ?? ""), Line(worker.buildsText),
                Line(worker.cores > 0 ? String(worker.cores) : ""), Line(worker.loadText), Line(worker.speedText),
                Line(Self.size(worker.memoryBytes)), Line(worker.memoryFreeBytes.map(Quantity.size) ?? ""),
                Line(Self.size(worker.diskFreeBytes)),
                Line(worker.lastSeenText), Line(worker.engine ?? ""), Line(worker.version ?? ""),
            ])
        }
        return table.lines(width: width)
            + workers.filter { $0.setAside != nil }.flatMap { worker in
                Wrapping.lines(
                    "\(worker.name) is set aside: \(worker.setAside ?? ""); farmctl resume \(worker.name) takes it back",
                    hanging: "  ", tone: .warning, width: Wrapping.width(width))
            }
    }
}
