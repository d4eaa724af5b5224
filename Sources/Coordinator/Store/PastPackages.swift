import Core
import GRDB
import Shared

/// Packages that runs had, built there or reused: each file once, whatever number of runs had it.
enum PastPackages {
    struct Build {
        /// The earliest run that had it, which built it where it is the farm's own.
        var firstRun: RunID
        /// The latest run that had it, of those that were looked at.
        let lastRun: RunID
        let farm: String
        let planned: PlannedJob
        let record: PublishedRecord

        /// Published files never change.
        var file: [String] { [farm, record.path] }
    }

    /// Which runs are looked at.
    enum Runs {
        case all
        case only(RunID)
        case before(RunID)
    }

    /// Files that are told of.
    private static let most = 1000

    /// What runs had of a package, what was had last first.
    static func builds(of package: String, in runs: Runs, _ database: Database) throws -> [Build] {
        // A job's own row has what it reused; what it built is in the table of packages.
        func query(_ columns: String, _ condition: String) -> String {
            """
            SELECT \(columns), run.farm AS run_farm, coalesce(json_extract(job.result, '$.path'), package.path) AS file
            FROM job JOIN run ON run.id = job.run JOIN plan ON plan.run = job.run AND plan.idx = job.idx
                LEFT JOIN package ON package.run = job.run AND package.job = job.idx
            WHERE job.cp = ? AND file IS NOT NULL AND \(condition) GROUP BY run_farm, file
            """
        }
        var first: [[String]: Int64] = [:]
        let earliest = try Row.fetchCursor(database, sql: query("min(job.run) AS first", "1"), arguments: [package])
        while let row = try earliest.next() { first[[row["run_farm"], row["file"]]] = row["first"] }
        let (condition, run): (String, RunID?) =
            switch runs {
            case .all: ("? IS NULL", nil)
            case .only(let run): ("job.run = ?", run)
            case .before(let run): ("job.run < ?", run)
            }
        // SQLite takes the other columns from the row that has the maximum.
        let rows = try Row.fetchCursor(
            database,
            sql: query("package.*, max(job.run) AS last, job.result, plan.content", condition)
                + " ORDER BY last DESC LIMIT ?", arguments: [package, run?.rawValue, most])
        var builds: [Build] = []
        while let row = try rows.next() {
            let reused = try SnapshotReader.decode(PublishedRecord.self, row["result"])
            let last: Int64 = row["last"]
            builds.append(
                Build(
                    firstRun: RunID(rawValue: first[[row["run_farm"], row["file"]]] ?? last),
                    lastRun: RunID(rawValue: last), farm: row["run_farm"],
                    planned: try JSONText.decode(PlannedJob.self, from: row["content"]),
                    record: try reused ?? KnownPackage.Row(row).record))
        }
        return builds
    }
}
