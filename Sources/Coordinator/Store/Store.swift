import GRDB
package import Core
import Shared
package import SystemPackage

/// The coordinator's one truth: a SQLite database (WAL) that holds the sum of all changes.
///
/// Every fact is committed here before anybody is told of it. `synchronous=FULL`: what was acknowledged survives a power
/// cut, not only a crash; one transaction carries all changes that came while the one before was written.
package final class Store: Sendable {
    let path: FilePath
    let database: DatabasePool
    private let checkpointer: Checkpointer

    /// Opens the database, makes it when it is not there, and brings an older one up to date.
    package init(path: FilePath) throws(StoreError) {
        self.path = path
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            // The rows of a large run's jobs stay in memory (KiB); a longer log (pages of 4 KiB) is copied less often.
            try database.execute(sql: "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000")
        }
        do {
            try StoreInspection.check(path)
            let pool = try DatabasePool(path: path.string, configuration: configuration)
            // Said when the pool is there: making it sets NORMAL, which leaves commits to the kernel.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try Schema.migrator.migrate(pool)
            database = pool
            checkpointer = try Checkpointer(path: path)
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw .damaged(path: path.string, finding: error.message ?? "\(error)")
        } catch {
            throw .unusable(path: path.string, reason: "\(error)")
        }
    }

    /// Commits changes, all or none.
    package nonisolated(nonsending) func commit(_ changes: [Change]) async throws { try await begin(changes).end() }

    /// Begins to commit changes, all or none. Commits are made in the order in which they are begun.
    func begin(_ changes: [Change]) -> Commit {
        let commit = Commit()
        database.asyncWrite(
            { database in
                for change in changes { try change.apply(to: database) }
            },
            completion: { [checkpointer] _, result in
                commit.finish(result)
                checkpointer.count(changes.count)
            })
        return commit
    }

    /// Whether the same commit may succeed later: a full disk, a disk that fails now, a lock.
    static func isPassing(_ error: any Error) -> Bool {
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_CANTOPEN, .SQLITE_NOMEM].contains(code)
    }

    /// What the scheduler goes on from.
    func snapshot() throws -> Snapshot { try database.read(SnapshotReader.read) }

    /// One run, however long ago it ended; nil when there is none.
    func run(_ id: RunID) throws -> Snapshot.Run? { try database.read { try SnapshotReader.run(id, $0) } }

    /// The number for the next run.
    func nextRun() throws -> RunID {
        try database.read { database in
            RunID(rawValue: (try Int64.fetchOne(database, sql: "SELECT max(id) FROM run") ?? 0) + 1)
        }
    }

    /// All published packages of a farm.
    func published(farm: String) throws -> [KnownPackage] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT * FROM package WHERE farm = ? ORDER BY id", arguments: [farm])
            return try Array(rows.map { try KnownPackage.Row($0).package })
        }
    }

    /// What the last builds of each package used, by category and name.
    func expectations(lastBuilds limit: Int = 5) throws -> [String: Expectation] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT cp, wall, cpu, cores, peak_memory, disk FROM (
                        SELECT job.cp, attempt.wall, attempt.cpu, attempt.cores, attempt.peak_memory, attempt.disk,
                            row_number() OVER (PARTITION BY job.cp ORDER BY attempt.fence DESC) AS age
                        FROM attempt JOIN job ON job.run = attempt.run AND job.idx = attempt.job
                        WHERE attempt.outcome = 'finished' AND attempt.wall > 0 AND job.cp IS NOT NULL)
                    WHERE age <= ?
                    """, arguments: [limit])
            var builds: [String: [Expectation]] = [:]
            while let row = try rows.next() {
                builds[row["cp"], default: []].append(
                    Expectation(
                        duration: row["wall"], cpu: row["cpu"] ?? 0, cores: row["cores"],
                        memory: row["peak_memory"] ?? 0, disk: row["disk"] ?? 0))
            }
            return builds.compactMapValues(Expectation.init(builds:))
        }
    }

    /// Why Portage could not resolve a run, as data.
    func save(_ failure: ResolveFailure, of run: RunID) async throws {
        let text = try JSONText.encode(failure)
        try await database.write { database in
            try database.execute(
                sql: "UPDATE run SET resolve_failure = ? WHERE id = ?", arguments: [text, run.rawValue])
        }
    }

    func resolveFailures() throws -> [RunID: ResolveFailure] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT id, resolve_failure FROM run WHERE resolve_failure IS NOT NULL")
            return Dictionary(
                try rows.map { row in
                    (RunID(rawValue: row["id"]), try JSONText.decode(ResolveFailure.self, from: row["resolve_failure"]))
                }, uniquingKeysWith: { $1 })
        }
    }

    /// Writes everything into the main file and closes it.
    package func close() throws {
        // Behind all commits that were begun; the checkpointer is not asked for anything after them.
        _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try checkpointer.close()
        try database.close()
    }
}
