import Shared

struct WorkerView: Encodable, Sendable, Equatable {
    let name: String
    let connected: Bool
    let hostname: String?
    let version: String?
    let engine: String?
    let slots: Int32
    let cores: Int32
    let memoryBytes: Int64
    let memoryFreeBytes: Int64?
    let diskFreeBytes: Int64
    /// A person wants nothing more to be leased to it.
    let draining: Bool
    /// Why nothing is leased to it for now, and until when.
    let setAside: String?
    /// Against what earlier builds took: 2 is twice as fast.
    let speed: Double?
    let lastSeenAt: String?
    let lastSeenS: Double?
    let running: [JobView]

    init(_ wire: WireWorkerStatus, now: Int64) {
        name = wire.name
        connected = wire.connected
        hostname = wire.hostname.unlessEmpty
        version = wire.version.unlessEmpty
        engine = wire.engine.unlessEmpty
        slots = wire.slots
        cores = wire.cores
        memoryBytes = wire.memory
        memoryFreeBytes = wire.memoryFree.unlessZero
        diskFreeBytes = wire.diskFree
        draining = wire.draining
        setAside = wire.setAside.unlessEmpty
        speed = wire.speed > 0 && wire.speed.isFinite ? wire.speed : nil
        lastSeenAt = Times.universal(wire.lastSeenMs)
        lastSeenS = wire.lastSeenMs > 0 ? Times.seconds(max(0, now - wire.lastSeenMs)) : nil
        running = wire.running.map { JobView($0, now: now) }
    }

    var stateLine: Line {
        guard connected else { return Line(draining ? "away, drained" : "away", .warning) }
        if draining { return Line(running.isEmpty ? "drained" : "draining", .warning) }
        return setAside == nil ? Line("connected", .good) : Line("set aside", .bad)
    }

    /// `1.3x`
    var speedText: String {
        speed.map { speed in
            let tenths = Int((min(speed, 1000) * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)x"
        } ?? ""
    }

    var lastSeenText: String {
        lastSeenS.map { Quantity.duration(milliseconds: Int64($0 * 1000)) + " ago" } ?? "never"
    }
}

struct WorkersView: Report, Equatable {
    let workers: [WorkerView]

    func lines(width: Int?) -> [Line] {
        guard !workers.isEmpty else { return ["no worker has said hello yet"] }
        var table = Table([
            .init("WORKER"), .init("STATE"), .init("HOST", spare: 3), .init("BUILDS", .right),
            .init("CORES", .right, spare: 2), .init("SPEED", .right, spare: 1), .init("MEMORY", .right),
            .init("DISK FREE", .right), .init("SEEN", .right), .init("ENGINE", spare: 4), .init("VERSION", spare: 5),
        ])
        for worker in workers {
            table.add([
                Line(worker.name, .strong),
                worker.stateLine, Line(worker.hostname ?? ""), "\(worker.running.count)/\(worker.slots)",
                Line(String(worker.cores)), Line(worker.speedText),
                Line(Quantity.size(worker.memoryBytes)), Line(Quantity.size(worker.diskFreeBytes)),
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
