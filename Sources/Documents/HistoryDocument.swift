package import Shared

/// Builds of a package in all runs, the newest first.
package struct HistoryDocument: Encodable, Sendable, Equatable {
    package struct Build: Encodable, Sendable, Equatable {
        package let run: Int64
        package let farm: String
        package let cpv: String
        package let state: String
        package let worker: String?
        package let startedAt: String?
        package let endedAt: String?
        package let wallS: Double?
        package let cpuS: Double?
        package let peakMemoryBytes: Int64?
        package let diskBytes: Int64?
        /// Of what was published.
        package let packageBytes: Int64?
        package let failure: FailureDocument?
    }

    /// `cat/pkg`
    package let package: String
    package let builds: [Build]

    package init(_ wire: WireHistoryAnswer) {
        self.package = wire.package
        builds = wire.builds.map { build in
            let used = build.job.hasResources ? build.job.resources : nil
            return Build(
                run: build.job.run, farm: build.farm, cpv: build.job.cpv,
                state: build.job.state.domain?.rawValue ?? "unknown", worker: build.job.worker.unlessEmpty,
                startedAt: Times.universal(build.job.startedMs), endedAt: Times.universal(build.job.endedMs),
                wallS: used?.wallMs.unlessZero.map(Times.seconds), cpuS: used?.cpuMs.unlessZero.map(Times.seconds),
                peakMemoryBytes: used?.peakMemory.unlessZero, diskBytes: used?.disk.unlessZero,
                packageBytes: build.packageSize.unlessZero,
                failure: FailureDocument(build.job.failure, isPresent: build.job.hasFailure))
        }
    }
}
