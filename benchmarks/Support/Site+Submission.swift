import Coordinator
package import Core
import FoundationEssentials
import Shared
package import SystemPackage

extension Site {
    /// Makes a new database in which the plan's run is about to be built.
    package static func submit(_ plan: Plan, to database: FilePath, farm: String = Site.farm) async throws {
        let store = try Store(path: database)
        let id = RunID(rawValue: 1)
        let now = Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        var record = RunRecord(
            request: RunRequest(
                farm: farm, targets: ["@world"], emptytree: true,
                image: Blob(digest: ContentHasher.digest([1]), size: 1), resolveLimits: Limits(),
                buildLimits: Limits(processes: 16_384, timeout: .seconds(43_200), silence: .seconds(3600)),
                submittedBy: "benchmark"), submitted: now)
        record.state = .building
        try await store.commit([
            .run(id, record), .job(.resolving(id), JobRecord(state: .published, ended: now)), .plan(id, plan, at: now),
        ])
        try store.close()
    }
}
