import GRDB
import Core
import Shared

extension Change {
    /// Writes the row; applying it again writes the same row again, but for a package, which is added.
    func apply(to database: Database) throws {
        switch self {
        case .run(let id, let record): try record.save(as: id, to: database)
        case .plan(let run, let plan, let now):
            for (planned, record) in zip(plan.jobs, plan.initialRecords(at: now)) {
                try planned.save(of: run, to: database)
                try record.save(as: JobID(run: run, index: planned.index), cpv: planned.cpv, to: database)
            }
        case .job(_, let record) where record.isSaidElsewhere: break
        case .job(let id, let record): try record.save(as: id, cpv: nil, to: database)
        case .attempt(let id, let record): try record.save(as: id, to: database)
        case .package(let farm, let record, let facts, let job):
            try record.save(in: farm, facts, of: job, to: database)
        case .buildID(let farm, let cpv, let number):
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO build_id (farm, cpv, number) VALUES (?, ?, ?)"
            ).execute(arguments: [farm, cpv.description, number])
        case .worker(let name, let record):
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO worker (name, record) VALUES (?, ?)")
                .execute(arguments: [name.rawValue, try JSONText.encode(record)])
        }
    }
}

extension RunRecord {
    fileprivate func save(as id: RunID, to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO run (id, farm, state, submitted, ended, request, failure) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended = excluded.ended, failure = excluded.failure
                """
        ).execute(arguments: [
            id.rawValue, request.farm, state.rawValue, submitted.milliseconds, ended?.milliseconds,
            try JSONText.encode(request), try failure.map(JSONText.encode),
        ])
    }
}

extension PlannedJob {
    fileprivate func save(of run: RunID, to database: Database) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO plan (run, idx, content) VALUES (?, ?, ?)")
            .execute(arguments: [run.rawValue, index, try JSONText.encode(self)])
    }
}

extension JobRecord {
    /// Rows stored with it say the same: a live attempt that it is leased, a finished one that it is publishing, its
    /// package that it is published. So what every job goes through only adds rows at the ends of tables.
    fileprivate var isSaidElsewhere: Bool {
        state == .leased || state == .publishing || (state == .published && result != nil)
    }

    /// What its last attempt and its package say of a job whose own row says that it waits.
    mutating func follow(_ last: AttemptRecord?, _ package: KnownPackage.Row?) {
        guard state == .waiting, let last else { return }
        switch last.end {
        case nil: state = .leased
        case .finished: state = .publishing
        case .failed, .lost, .released, .cancelled: return
        }
        notBefore = nil
        guard state == .publishing, let package else { return }
        state = .published
        result = package.record
        failure = nil
        ended = package.published
    }

    /// - Parameter cpv: given once, with the plan; later changes keep it.
    fileprivate func save(as id: JobID, cpv: CPV?, to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO job (run, idx, cp, cpv, state, reason, failure, result, not_before, ended)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (run, idx) DO UPDATE SET state = excluded.state, reason = excluded.reason,
                    failure = excluded.failure, result = excluded.result, not_before = excluded.not_before,
                    ended = excluded.ended
                """
        ).execute(arguments: [
            id.run.rawValue, id.index, cpv?.cp, cpv?.description, state.rawValue, reason,
            try failure.map(JSONText.encode), try result.map { try $0.text },
            notBefore?.milliseconds, ended?.milliseconds,
        ])
    }
}

extension AttemptRecord {
    fileprivate func save(as id: AttemptID, to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO attempt (fence, run, job, worker, started, build_id, cores, time_limit, ended, outcome, detail,
                    wall, cpu, peak_memory, disk)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (fence) DO UPDATE SET ended = excluded.ended, outcome = excluded.outcome,
                    detail = excluded.detail, wall = excluded.wall, cpu = excluded.cpu,
                    peak_memory = excluded.peak_memory, disk = excluded.disk
                """
        ).execute(arguments: [
            Int64(bitPattern: id.fence.rawValue), id.job.run.rawValue, id.job.index, worker.rawValue,
            started.milliseconds, buildID, cores, timeLimit, ended?.milliseconds, end?.outcome,
            try end.map { try $0.text },
            resources?.wall, resources?.cpu, resources?.peakMemory, resources?.disk,
        ])
    }
}

// Written for each job: by hand, as an encoder costs more than the rest of the row.
extension PublishedRecord {
    /// JSON, as an encoder writes it.
    var text: String {
        get throws {
            guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) else {
                return try JSONText.encode(self)
            }
            let seen = output.map { #""output":"\#($0.hex)","# } ?? ""
            return """
                {"buildID":\(buildID),"buildKey":"\(buildKey.hex)","cpv":"\(cpv)",\(seen)"package":\(package.text),"path":"\(path)"}
                """
        }
    }
}

extension AttemptEnd {
    /// JSON, as an encoder writes it.
    var text: String {
        get throws {
            guard case .finished(let blob) = self else { return try JSONText.encode(self) }
            return #"{"finished":{"_0":\#(blob.text)}}"#
        }
    }
}

extension Blob {
    fileprivate var text: String { #"{"digest":"\#(digest.hex)","size":\#(size)}"# }
}
