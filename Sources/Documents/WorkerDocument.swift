package import Shared

package struct WorkerDocument: Encodable, Sendable, Equatable {
    package let name: String
    package let connected: Bool
    package let hostname: String?
    package let version: String?
    package let engine: String?
    package let slots: Int32
    package let cores: Int32
    package let memoryBytes: Int64
    package let memoryFreeBytes: Int64?
    package let diskFreeBytes: Int64
    /// Of its host, over the last minute; nil while it is not connected.
    package let load: Double?
    /// A person wants nothing more to be leased to it.
    package let draining: Bool
    /// Why nothing is leased to it for now, and until when.
    package let setAside: String?
    /// Against what earlier builds took: 2 is twice as fast.
    package let speed: Double?
    package let lastSeenAt: String?
    package let lastSeenS: Double?
    package let running: [JobDocument]

    package init(_ wire: WireWorkerStatus, now: Int64) {
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
        load = wire.hasLoad ? wire.load.countedCores : nil
        draining = wire.draining
        setAside = wire.setAside.unlessEmpty
        speed = wire.speed > 0 && wire.speed.isFinite ? wire.speed : nil
        lastSeenAt = Times.universal(wire.lastSeenMs)
        lastSeenS = wire.lastSeenMs > 0 ? Times.seconds(max(0, now - wire.lastSeenMs)) : nil
        running = wire.running.map { JobDocument($0, now: now) }
    }
}
