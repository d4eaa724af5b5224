import GRDB
import Core
import Shared

/// Reads back what the scheduler keeps over a restart: runs under way, and the last ended ones.
enum SnapshotReader {
    static func read(_ database: Database) throws -> Snapshot {
        var snapshot = Snapshot()
        let fence = try Int64.fetchOne(database, sql: "SELECT max(fence) FROM attempt") ?? 0
        snapshot.lastFence = Fence(rawValue: UInt64(fence))
        for row in try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM run WHERE ended IS NULL
                    OR id IN (SELECT id FROM run WHERE ended IS NOT NULL ORDER BY id DESC LIMIT ?)
                """, arguments: [Snapshot.keptEndedRuns])
        {
            let id = RunID(rawValue: row["id"])
            snapshot.runs[id] = try run(id, row, database)
        }
        for row in try Row.fetchAll(
            database,
            sql: """
                SELECT farm, cpv, max(number) AS number FROM (
                    SELECT farm, cpv, number FROM build_id
                    UNION ALL
                    SELECT run.farm, job.cpv, max(attempt.build_id) FROM attempt
                        JOIN job ON job.run = attempt.run AND job.idx = attempt.job
                        JOIN run ON run.id = attempt.run
                        WHERE attempt.build_id > 0 GROUP BY run.farm, job.cpv)
                GROUP BY farm, cpv
                """)
        {
            let key = Snapshot.FarmPackage(farm: row["farm"], cpv: try CPV(row["cpv"] as String))
            snapshot.buildIDs[key] = row["number"]
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM worker") {
            snapshot.workers[WorkerName(rawValue: row["name"])] = try JSONText.decode(
                WorkerRecord.self, from: row["record"])
        }
        return snapshot
    }

    /// One run, however long ago it ended; nil when there is none.
    static func run(_ id: RunID, _ database: Database) throws -> Snapshot.Run? {
        try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id.rawValue])
            .map { try run(id, $0, database) }
    }

    private static func run(_ id: RunID, _ row: Row, _ database: Database) throws -> Snapshot.Run {
        var run = Snapshot.Run(
            record: RunRecord(
                request: try JSONText.decode(RunRequest.self, from: row["request"]),
                submitted: Instant(milliseconds: row["submitted"]), state: try state(row["state"]),
                ended: instant(row["ended"]), failure: try decode(Failure.self, row["failure"])))
        var planned: [PlannedJob] = []
        let jobs = try Row.fetchCursor(
            database,
            sql: """
                SELECT job.*, plan.content AS planned FROM job LEFT JOIN plan USING (run, idx)
                WHERE run = ? ORDER BY idx
                """, arguments: [id.rawValue])
        while let row = try jobs.next() {
            let job = Snapshot.Job(
                record: JobRecord(
                    state: try state(row["state"]), reason: row["reason"],
                    failure: try decode(Failure.self, row["failure"]),
                    result: try decode(PublishedRecord.self, row["result"]), notBefore: instant(row["not_before"]),
                    ended: instant(row["ended"])))
            if let job = try decode(PlannedJob.self, row["planned"]) { planned.append(job) }
            if row["idx"] as Int32 == JobID.resolvingIndex { run.resolving = job } else { run.jobs.append(job) }
        }
        if !planned.isEmpty || run.record.state == .building || run.record.state == .succeeded {
            run.plan = Plan(jobs: planned)
        }
        let attempts = try Row.fetchCursor(
            database, sql: "SELECT * FROM attempt WHERE run = ? ORDER BY fence", arguments: [id.rawValue])
        while let row = try attempts.next() {
            let fence: Int64 = row["fence"]
            let index: Int32 = row["job"]
            let record = try attempt(row)
            if index == JobID.resolvingIndex {
                run.resolving.set(Fence(rawValue: UInt64(fence)), record)
            } else if run.jobs.indices.contains(Int(index)) {
                run.jobs[Int(index)].set(Fence(rawValue: UInt64(fence)), record)
            }
        }
        var packages: [Int32: KnownPackage.Row] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM package WHERE run = ? ORDER BY id", arguments: [id.rawValue])
        while let row = try rows.next() { packages[row["job"]] = try KnownPackage.Row(row) }
        run.resolving.record.follow(run.resolving.attempts.last?.record, nil)
        for index in run.jobs.indices {
            run.jobs[index].record.follow(run.jobs[index].attempts.last?.record, packages[Int32(index)])
        }
        return run
    }

    static func attempt(_ row: Row) throws -> AttemptRecord {
        var record = AttemptRecord(
            worker: WorkerName(rawValue: row["worker"]), started: Instant(milliseconds: row["started"]),
            buildID: row["build_id"], cores: row["cores"], timeLimit: row["time_limit"],
            ended: instant(row["ended"]),
            end: try decode(AttemptEnd.self, row["detail"]))
        if let wall = row["wall"] as Int64? {
            record.resources = Resources(wall: wall, cpu: row["cpu"], peakMemory: row["peak_memory"], disk: row["disk"])
        }
        return record
    }

    private static func instant(_ milliseconds: Int64?) -> Instant? { milliseconds.map(Instant.init) }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String?) throws -> Value? {
        try text.map { try JSONText.decode(type, from: $0) }
    }

    static func state<State: RawRepresentable<String>>(_ text: String) throws -> State {
        guard let state = State(rawValue: text) else {
            throw DatabaseError(message: "'\(text)' is no \(State.self)")
        }
        return state
    }
}
