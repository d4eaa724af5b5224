import Core
import GRDB
import Shared

/// What the database tells of builds of the past.
enum BuildHistory {
    /// A build of a package in some run: its last attempt there.
    struct PackageBuild {
        var job: JobID
        var farm: String
        var cpv: String
        /// Of the job: `published`, `failed` and so on.
        var state: JobState
        var failure: Failure?
        var attempt: AttemptRecord
        /// Bytes of what was published; nil when nothing was.
        var packageSize: Int64?
    }

    /// An attempt that a worker had.
    struct WorkerBuild {
        var job: JobID
        var cpv: String
        /// `published`, `failed` (also when what it brought was refused), `lost`, `released`, `cancelled`, `running`.
        var outcome: String
        var failure: Failure?
        var attempt: AttemptRecord
    }

    /// All packages that runs have had, as `cat/pkg`.
    static func packages(_ database: Database) throws -> [String] {
        // The index gives each name once, with a step from one to the next.
        try String.fetchAll(
            database,
            sql: """
                WITH RECURSIVE name(cp) AS (
                    SELECT min(cp) FROM job
                    UNION ALL
                    SELECT (SELECT min(cp) FROM job WHERE cp > name.cp) FROM name WHERE name.cp IS NOT NULL)
                SELECT cp FROM name WHERE cp IS NOT NULL ORDER BY cp
                """)
    }

    /// Those whose category and name fit.
    static func packages(matching pattern: PackagePattern, _ database: Database) throws -> [String] {
        guard let atom = pattern.atom else { return [] }
        if let category = atom.category, !atom.hasWildcard {
            return try String.fetchAll(
                database, sql: "SELECT cp FROM job WHERE cp = ? LIMIT 1", arguments: ["\(category)/\(atom.name)"])
        }
        return try packages(database).filter { name in
            let words = name.split(separator: "/", maxSplits: 1).map(String.init)
            return words.count == 2 && atom.matches(category: words[0], name: words[1])
        }
    }

    /// Builds of a package, the newest first.
    /// - Parameter filter: which of them.
    static func builds(
        of package: String, _ filter: JobFilter = JobFilter(), limit: Int, _ database: Database
    ) throws -> [PackageBuild] {
        // Where the names tell all, the newest are enough, and no plan has to be looked into.
        let isNamed = filter.packages.isEmpty
        let isWhole = isNamed && filter.states.isEmpty
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT job.run, job.idx, job.cpv, job.state, job.failure, run.farm, attempt.*,
                    package.size AS package_size\(isNamed ? "" : ", plan.content")
                FROM job JOIN run ON run.id = job.run
                    \(isNamed ? "" : "LEFT JOIN plan ON plan.run = job.run AND plan.idx = job.idx")
                    JOIN attempt ON attempt.fence = (
                        SELECT max(fence) FROM attempt WHERE attempt.run = job.run AND attempt.job = job.idx)
                    LEFT JOIN package ON package.run = job.run AND package.job = job.idx
                WHERE job.cp = ? ORDER BY attempt.fence DESC LIMIT ?
                """, arguments: [package, isWhole ? limit : -1])
        var builds: [PackageBuild] = []
        while builds.count < limit, let row = try rows.next() {
            if !isNamed {
                guard let planned = try SnapshotReader.decode(PlannedJob.self, row["content"]), filter.names(planned)
                else { continue }
            }
            let attempt = try SnapshotReader.attempt(row)
            let size: Int64? = row["package_size"]
            var record = JobRecord(
                state: try SnapshotReader.state(row["state"]),
                failure: try SnapshotReader.decode(Failure.self, row["failure"]))
            record.follow(attempt, nil)
            if size != nil, record.state == .publishing { (record.state, record.failure) = (.published, nil) }
            guard filter.accepts(record.state) else { continue }
            builds.append(
                PackageBuild(
                    job: JobID(run: RunID(rawValue: row["run"]), index: row["idx"]), farm: row["farm"],
                    cpv: row["cpv"], state: record.state, failure: record.failure, attempt: attempt,
                    packageSize: size))
        }
        return builds
    }

    /// What a worker had since a time, the newest first.
    static func builds(
        on worker: WorkerName, since: Instant, limit: Int, _ database: Database
    ) throws -> [WorkerBuild] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT attempt.*, job.cpv, job.state AS job_state FROM attempt
                    LEFT JOIN job ON job.run = attempt.run AND job.idx = attempt.job
                WHERE attempt.worker = ? AND attempt.started >= ? AND attempt.fence > ? ORDER BY attempt.fence DESC LIMIT ?
                """,
            arguments: [worker.rawValue, since.milliseconds, try firstFence(since: since, database), limit])
        var builds: [WorkerBuild] = []
        while let row = try rows.next() {
            let attempt = try SnapshotReader.attempt(row)
            // What it brought was refused, or came too late for a run that was cancelled.
            let jobState = (row["job_state"] as String?).flatMap(JobState.init(rawValue:))
            let brought = jobState == .failed || jobState == .cancelled ? jobState?.rawValue ?? "" : "published"
            var outcome = attempt.end?.outcome ?? "running"
            var failure: Failure?
            switch attempt.end {
            case .finished: outcome = brought
            case .failed(let reason): failure = reason
            case .lost, .released, .cancelled, nil: break
            }
            builds.append(
                WorkerBuild(
                    job: JobID(run: RunID(rawValue: row["run"]), index: row["job"]),
                    cpv: row["cpv"] as String? ?? "resolve", outcome: outcome,
                    failure: failure, attempt: attempt))
        }
        return builds
    }

    /// When builds have ended well, and when badly, since a time; not of those that took longer than a day.
    static func ends(since: Instant, _ database: Database) throws -> (published: [Instant], failed: [Instant]) {
        var ends: (published: [Instant], failed: [Instant]) = ([], [])
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT ended, outcome FROM attempt
                WHERE fence > ? AND job >= 0 AND ended >= ? AND outcome IN ('finished', 'failed')
                """, arguments: [try firstFence(since: since + -86_400_000, database), since.milliseconds])
        while let row = try rows.next() {
            let time = Instant(milliseconds: row["ended"])
            if row["outcome"] == "finished" { ends.published.append(time) } else { ends.failed.append(time) }
        }
        return ends
    }

    /// A fence before all attempts that began since a time: fences and starts grow together, so it is found by halving.
    private static func firstFence(since: Instant, _ database: Database) throws -> Int64 {
        guard let last = try Int64.fetchOne(database, sql: "SELECT max(fence) FROM attempt"),
            var low = try Int64.fetchOne(database, sql: "SELECT min(fence) FROM attempt")
        else { return 0 }
        low -= 1
        var high = last + 1
        let statement = try database.cachedStatement(
            sql: "SELECT started FROM attempt WHERE fence >= ? ORDER BY fence LIMIT 1")
        while high - low > 1 {
            let middle = low + (high - low) / 2
            let started = try Int64.fetchOne(statement, arguments: [middle]) ?? .max
            if started >= since.milliseconds { high = middle } else { low = middle }
        }
        return low
    }
}
