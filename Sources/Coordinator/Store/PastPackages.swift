import Core
import GRDB
import Shared

/// Packages that runs had, built there or reused.
enum PastPackages {
    /// A package as a run had it.
    struct Build {
        let run: RunID
        let farm: String
        let planned: PlannedJob
        let record: PublishedRecord
    }

    /// Rows that are looked at.
    private static let most = 2000

    /// What runs had of a package, the newest first; several may have had the same.
    static func builds(of package: String, _ database: Database) throws -> [Build] {
        // A job's own row has what it reused; what it built is in the table of packages.
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT package.*, job.run AS job_run, job.result, run.farm AS run_farm, plan.content
                FROM job JOIN run ON run.id = job.run JOIN plan ON plan.run = job.run AND plan.idx = job.idx
                    LEFT JOIN package ON package.run = job.run AND package.job = job.idx
                WHERE job.cp = ? AND (job.result IS NOT NULL OR package.id IS NOT NULL)
                ORDER BY job.run DESC, job.idx DESC LIMIT ?
                """, arguments: [package, most])
        var builds: [Build] = []
        while let row = try rows.next() {
            let reused = try SnapshotReader.decode(PublishedRecord.self, row["result"])
            builds.append(
                Build(
                    run: RunID(rawValue: row["job_run"]), farm: row["run_farm"],
                    planned: try JSONText.decode(PlannedJob.self, from: row["content"]),
                    record: try reused ?? KnownPackage.Row(row).record))
        }
        return builds
    }
}
