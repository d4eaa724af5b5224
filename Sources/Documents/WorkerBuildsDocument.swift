package import Shared

/// What a worker built of late, the oldest first.
package struct WorkerBuildsDocument: Encodable, Sendable, Equatable {
    package struct Build: Encodable, Sendable, Equatable {
        package let run: Int64
        package let cpv: String
        package let startedAt: String?
        package let endedAt: String?
        /// `published`, `failed`, `lost`, `released` (given back), `cancelled`; `running`.
        package let state: String
        package let cores: Int32?
        package let wallS: Double?
        package let cpuS: Double?
        package let peakMemoryBytes: Int64?
        package let failure: FailureDocument?
    }

    /// How the host stood: seconds since 1970, load over a minute, and bytes of memory and of disk that were free; nil is not
    /// known.
    package struct Sample: Encodable, Sendable, Equatable {
        let wire: WireHostSample

        package func encode(to encoder: any Encoder) throws {
            var row = encoder.unkeyedContainer()
            try row.encode(Times.seconds(wire.atMs))
            try row.encode(wire.hasLoad ? wire.load.countedCores : nil)
            try row.encode(wire.hasMemoryFree ? wire.memoryFree : nil)
            try row.encode(wire.hasDiskFree ? wire.diskFree : nil)
        }
    }

    package let worker: String
    package let fromAt: String?
    package let now: String?
    package let builds: [Build]
    /// The oldest first.
    package let samples: [Sample]

    /// - Parameter from: milliseconds since 1970.
    package init(_ wire: WireWorkerBuildsAnswer, worker: String, from: Int64) {
        self.worker = worker
        fromAt = Times.universal(from)
        now = Times.universal(wire.nowMs)
        samples = wire.samples.map(Sample.init)
        builds = wire.builds.map { build in
            let used = build.job.hasResources ? build.job.resources : nil
            return Build(
                run: build.job.run, cpv: build.job.cpv, startedAt: Times.universal(build.job.startedMs),
                endedAt: Times.universal(build.job.endedMs), state: build.outcome,
                cores: build.job.cores > 0 ? build.job.cores : nil, wallS: used?.wallMs.unlessZero.map(Times.seconds),
                cpuS: used?.cpuMs.unlessZero.map(Times.seconds), peakMemoryBytes: used?.peakMemory.unlessZero,
                failure: FailureDocument(build.job.failure, isPresent: build.job.hasFailure))
        }
    }
}
