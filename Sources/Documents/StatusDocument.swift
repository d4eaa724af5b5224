package import Shared

package struct StatusDocument: Encodable, Sendable, Equatable {
    package let now: String?
    package let version: String
    /// Why nothing is published now.
    package let paused: String?
    /// `0.0.0.0:8080`: where the coordinator serves its page and the binhosts, as it is configured.
    package let http: String?
    /// Handshakes and messages refused since the coordinator's start.
    package let refusedPeers: Int64
    package let farms: [FarmDocument]
    /// Newest first.
    package let runs: [RunDocument]
    package let workers: [WorkerDocument]

    package init(_ wire: WireStatusAnswer) {
        now = Times.universal(wire.nowMs)
        version = wire.version
        paused = wire.paused.unlessEmpty
        http = wire.http.unlessEmpty
        refusedPeers = wire.refusedPeers
        farms = wire.farms.map(FarmDocument.init)
        runs = wire.runs.map { RunDocument($0, now: wire.nowMs) }.sorted { $0.run > $1.run }
        workers = wire.workers.map { WorkerDocument($0, now: wire.nowMs) }.sorted { $0.name < $1.name }
    }

    package init(_ status: StatusDocument, runs: [RunDocument]) {
        now = status.now
        version = status.version
        paused = status.paused
        http = status.http
        refusedPeers = status.refusedPeers
        farms = status.farms
        self.runs = runs
        workers = status.workers
    }

    /// Only this run.
    package func limited(to run: Int64) -> StatusDocument { StatusDocument(self, runs: runs.filter { $0.run == run }) }
}
