import Core
import Shared
import ZeroMQ

/// Which person's shell is open on which worker. Lost with the coordinator, as its connections are: the shells end then.
struct ShellRegistry {
    struct Shell {
        let session: UInt64
        let client: Client
        /// By which that farmctl knows it.
        let request: UInt64
        let worker: WorkerName
        var lastHeard: ContinuousClock.Instant
    }

    private var shells: [UInt64: Shell] = [:]

    /// At once.
    private static let most = 64

    /// nil when too many are open.
    mutating func open(for client: Client, _ request: UInt64, on worker: WorkerName) -> Shell? {
        guard shells.count < Self.most else { return nil }
        // Of an earlier coordinator's the worker may still know.
        let session = UInt64.random(in: 1...UInt64.max)
        let shell = Shell(session: session, client: client, request: request, worker: worker, lastHeard: .now)
        shells[session] = shell
        return shell
    }

    /// nil also when it is another person's.
    func shell(of client: Client, _ request: UInt64) -> Shell? {
        shells.values.first { $0.client.peer == client.peer && $0.request == request }
    }

    /// nil also when it is on another worker.
    func shell(_ session: UInt64, on worker: WorkerName) -> Shell? {
        shells[session].flatMap { $0.worker == worker ? $0 : nil }
    }

    /// Its person said something.
    mutating func heard(_ shell: Shell, at now: ContinuousClock.Instant = .now) {
        shells[shell.session]?.lastHeard = now
    }

    /// Those whose people have said nothing since then.
    func silent(since limit: ContinuousClock.Instant) -> [Shell] { shells.values.filter { $0.lastHeard < limit } }

    mutating func close(_ shell: Shell) { shells[shell.session] = nil }

    /// Those that were open there.
    mutating func closeAll(on worker: WorkerName) -> [Shell] {
        let ended = shells.values.filter { $0.worker == worker }
        for shell in ended { close(shell) }
        return ended
    }
}
