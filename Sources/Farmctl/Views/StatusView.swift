import Shared

struct StatusView: Report, Equatable {
    let now: String?
    let version: String
    /// Why nothing is published now.
    let paused: String?
    /// Handshakes and messages refused since the coordinator's start.
    let refusedPeers: Int64
    let farms: [FarmView]
    /// Newest first.
    let runs: [RunView]
    let workers: [WorkerView]

    init(_ wire: WireStatusAnswer) {
        now = Times.universal(wire.nowMs)
        version = wire.version
        paused = wire.paused.unlessEmpty
        refusedPeers = wire.refusedPeers
        farms = wire.farms.map(FarmView.init)
        runs = wire.runs.map { RunView($0, now: wire.nowMs) }.sorted { $0.run > $1.run }
        workers = wire.workers.map { WorkerView($0, now: wire.nowMs) }.sorted { $0.name < $1.name }
    }

    init(_ status: StatusView, runs: [RunView]) {
        now = status.now
        version = status.version
        paused = status.paused
        refusedPeers = status.refusedPeers
        farms = status.farms
        self.runs = runs
        workers = status.workers
    }

    /// Only this run.
    func limited(to run: Int64) -> StatusView { StatusView(self, runs: runs.filter { $0.run == run }) }

    func lines(width: Int?) -> [Line] { StatusPage(status: self, isVerbose: false).lines(width: width) }
}
