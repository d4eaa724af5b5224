import GRDB
import Shared

/// The database's tables. A migration that has landed is never changed: a later one changes what it made.
enum Schema {
    /// SQL's `digest(text)`: the bytes of a digest in hexadecimal digits.
    private static let digestFunction = DatabaseFunction("digest", argumentCount: 1, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]) else { return nil }
        guard let digest = ContentDigest(hex: text) else { throw DatabaseError(message: "'\(text)' is no digest") }
        return digest.data
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, jobs, attempts, packages") { database in
            try database.execute(
                sql: """
                    CREATE TABLE run (
                        id INTEGER PRIMARY KEY,
                        farm TEXT NOT NULL,
                        state TEXT NOT NULL,
                        submitted INTEGER NOT NULL,  -- times: milliseconds since 1970
                        ended INTEGER,
                        request TEXT NOT NULL,       -- JSON
                        failure TEXT,                -- JSON
                        resolve_failure TEXT         -- JSON
                    ) STRICT;
                    CREATE TABLE job (
                        run INTEGER NOT NULL REFERENCES run(id),
                        idx INTEGER NOT NULL,        -- -1: the resolving
                        cp TEXT,
                        cpv TEXT,
                        planned TEXT,                -- JSON
                        state TEXT NOT NULL,
                        reason TEXT NOT NULL,
                        failure TEXT,                -- JSON
                        result TEXT,                 -- JSON
                        not_before INTEGER,
                        ended INTEGER,
                        PRIMARY KEY (run, idx)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX job_by_cp ON job(cp);
                    CREATE TABLE attempt (
                        fence INTEGER PRIMARY KEY,
                        run INTEGER NOT NULL,
                        job INTEGER NOT NULL,
                        worker TEXT NOT NULL,
                        started INTEGER NOT NULL,
                        build_id INTEGER NOT NULL,
                        ended INTEGER,
                        outcome TEXT,                -- finished, failed, lost, released, cancelled
                        detail TEXT,                 -- JSON
                        wall INTEGER,                -- milliseconds
                        cpu INTEGER,
                        peak_memory INTEGER,         -- bytes
                        disk INTEGER
                    ) STRICT;
                    CREATE INDEX attempt_by_job ON attempt(run, job);
                    CREATE TABLE build_id (
                        farm TEXT NOT NULL,
                        cpv TEXT NOT NULL,
                        number INTEGER NOT NULL,
                        PRIMARY KEY (farm, cpv)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE package (
                        farm TEXT NOT NULL,
                        build_key TEXT NOT NULL,
                        cpv TEXT NOT NULL,
                        build_id INTEGER NOT NULL,
                        path TEXT NOT NULL,
                        sha256 TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        PRIMARY KEY (farm, build_key)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2: what builds are given and use") { database in
            try database.execute(
                sql: """
                    ALTER TABLE attempt ADD COLUMN cores INTEGER NOT NULL DEFAULT 1;
                    UPDATE job SET planned = json_set(
                            planned, '$.expected', json_object(
                                'duration', json_extract(planned, '$.expected'),
                                'cpu', 0, 'cores', 1, 'memory', 0, 'disk', 0))
                        WHERE json_type(planned, '$.expected') = 'integer';
                    UPDATE run SET request = json_set(
                        request, '$.priority', 0, '$.forced', json('[]'), '$.secondPass', json('false'),
                        '$.packsBase', json('false'));
                    """)
        }
        migrator.registerMigration("3: workers") { database in
            try database.execute(
                sql: """
                    CREATE TABLE worker (
                        name TEXT PRIMARY KEY,
                        record TEXT NOT NULL         -- JSON
                    ) STRICT, WITHOUT ROWID;
                    ALTER TABLE attempt ADD COLUMN time_limit INTEGER;  -- milliseconds
                    """)
        }
        migrator.registerMigration("4: what changes lies apart from the plan") { database in
            try database.execute(
                sql: """
                    CREATE TABLE plan (
                        run INTEGER NOT NULL REFERENCES run(id),
                        idx INTEGER NOT NULL,
                        content TEXT NOT NULL,       -- JSON
                        PRIMARY KEY (run, idx)
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO plan SELECT run, idx, planned FROM job WHERE planned IS NOT NULL;
                    ALTER TABLE job DROP COLUMN planned;
                    -- Grows at its end, where one over (run, job) touches another page with each lease.
                    DROP INDEX attempt_by_job;
                    CREATE INDEX attempt_by_run ON attempt(run);
                    """)
        }
        migrator.registerMigration("5: what packages were built of") { database in
            try database.execute(
                sql: """
                    ALTER TABLE package ADD COLUMN output TEXT;        -- digests: lower-case hex
                    ALTER TABLE package ADD COLUMN slot TEXT;
                    ALTER TABLE package ADD COLUMN repository TEXT;
                    ALTER TABLE package ADD COLUMN use_flags TEXT;     -- with blanks between
                    ALTER TABLE package ADD COLUMN own_key TEXT;
                    ALTER TABLE package ADD COLUMN recipe TEXT;
                    ALTER TABLE package ADD COLUMN environment TEXT;
                    ALTER TABLE package ADD COLUMN base TEXT;
                    ALTER TABLE package ADD COLUMN dependencies BLOB;  -- eight bytes each
                    ALTER TABLE package ADD COLUMN cutoff_key TEXT;
                    ALTER TABLE package ADD COLUMN published INTEGER NOT NULL DEFAULT 0;
                    UPDATE plan SET content = json_set(
                        content, '$.ownKey', json_extract(content, '$.buildKey'),
                        '$.ingredients', json_object(
                            'recipe', json_extract(content, '$.buildKey'),
                            'environment', json_extract(content, '$.buildKey'),
                            'base', json_extract(content, '$.buildKey')),
                        '$.packs', json('false'), '$.isForced', json('false'), '$.candidates', json('[]'));
                    """)
        }
        migrator.registerMigration("6: how workers behave") { database in
            try database.execute(
                sql: """
                    UPDATE worker SET record = json_insert(
                        record, '$.speed', json('{"ratios":[],"factor":1}'),
                        '$.conduct', json('{"faults":[],"failedBuilds":[],"refuted":[],"timesAside":0,"good":0}'));
                    """)
        }
        migrator.registerMigration("7: packages in the order in which they came") { database in
            database.add(function: digestFunction)
            try database.execute(
                sql: """
                    ALTER TABLE package RENAME TO package_6;
                    -- A table that only grows at its end: one by build key would touch another page with each package.
                    CREATE TABLE package (
                        id INTEGER PRIMARY KEY,
                        run INTEGER,                 -- the job that it came of; NULL: of before version 7
                        job INTEGER,
                        farm TEXT NOT NULL,
                        cpv TEXT NOT NULL,
                        build_id INTEGER NOT NULL,
                        path TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        sha256 BLOB NOT NULL,
                        build_key BLOB NOT NULL,     -- the newest of a farm's equal ones counts
                        output BLOB,
                        published INTEGER NOT NULL,
                        slot TEXT,
                        repository TEXT,
                        use_flags TEXT,              -- with blanks between
                        own_key BLOB,
                        recipe BLOB,
                        environment BLOB,
                        base BLOB,
                        dependencies BLOB,           -- eight bytes each
                        cutoff_key BLOB
                    ) STRICT;
                    INSERT INTO package
                        SELECT NULL, NULL, NULL, farm, cpv, build_id, path, size, digest(sha256), digest(build_key),
                            digest(output), published, slot, repository, use_flags, digest(own_key), digest(recipe),
                            digest(environment), digest(base), dependencies, digest(cutoff_key)
                        FROM package_6 ORDER BY published, build_key;
                    DROP TABLE package_6;
                    CREATE INDEX package_by_run ON package(run);
                    -- What attempts and packages say is not in the job's own row, as it was before version 4.
                    UPDATE job SET state = 'waiting', not_before = NULL WHERE state IN ('leased', 'publishing');
                    """)
        }
        migrator.registerMigration("8: images that were made for farms") { database in
            try database.execute(
                sql: """
                    CREATE TABLE image (
                        run INTEGER PRIMARY KEY REFERENCES run(id),  -- whose request says what it is made of
                        farm TEXT NOT NULL,
                        digest TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        policies TEXT NOT NULL                       -- JSON
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("9: farms that coordinator.yaml does not describe") { database in
            try database.execute(
                sql: """
                    CREATE TABLE farm (
                        name TEXT PRIMARY KEY,
                        made INTEGER NOT NULL,
                        made_by TEXT NOT NULL        -- the name of a key
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
