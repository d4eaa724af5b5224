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
    let diskFreeBytes: Int64
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
        diskFreeBytes = wire.diskFree
        lastSeenAt = Times.universal(wire.lastSeenMs)
        lastSeenS = wire.lastSeenMs > 0 ? Times.seconds(max(0, now - wire.lastSeenMs)) : nil
        running = wire.running.map { JobView($0, now: now) }
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
            .init("WORKER"), .init("STATE"), .init("HOST"), .init("BUILDS", .right), .init("CORES", .right),
            .init("MEMORY", .right), .init("DISK FREE", .right), .init("SEEN", .right), .init("ENGINE"),
            .init("VERSION"),
        ])
        for worker in workers {
            table.add([
                Line(worker.name, .strong),
                worker.connected ? Line("connected", .good) : Line("away", .warning),
                Line(worker.hostname ?? ""), "\(worker.running.count)/\(worker.slots)", Line(String(worker.cores)),
                Line(Quantity.size(worker.memoryBytes)), Line(Quantity.size(worker.diskFreeBytes)),
                Line(worker.lastSeenText), Line(worker.engine ?? ""), Line(worker.version ?? ""),
            ])
        }
        return table.lines(width: width)
    }
}
