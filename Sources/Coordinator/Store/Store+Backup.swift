import Core
import FoundationEssentials
import GRDB
import Glibc
import Shared
import SystemPackage

/// A copy of the database, made while it is in use.
struct Backup: Sendable {
    var path: FilePath
    /// Bytes.
    var size: Int64
}

extension Store {
    /// What fences of a restored copy are ahead of those in it: more than can be given out after the copy was made.
    private static let fenceGap: Int64 = 1 << 32

    /// Copies the database to `backups/coordinator-TIME.sqlite` beside it: one file, checked, there as a whole or not at all.
    ///
    /// Commits go on meanwhile; the copy has all that was committed before it was asked for.
    @concurrent
    nonisolated func backUp(at date: Date = .now) async throws(StoreError) -> Backup {
        let directory = path.removingLastComponent().appending("backups")
        let stamp = date.ISO8601Format(.iso8601.year().month().day().time(includingFractionalSeconds: true))
            .filter { $0.isNumber || $0 == "T" || $0 == "." }
        let target = directory.appending("coordinator-\(stamp)Z.sqlite")
        let beside = directory.appending(".coordinator-\(stamp)Z.sqlite.new")
        do {
            try Directory.create(directory, durably: true)
            guard !FileStatus.exists(target) else { throw Errno.fileExists }
            defer { for end in ["", "-wal", "-shm", "-journal"] { unlink("\(beside)\(end)") } }
            try await copy(to: beside)
            let file = try FileDescriptor.open(beside, .readOnly, options: [.closeOnExec])
            try file.closeAfter { guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) } }
            let size = try FileStatus.size(of: beside)
            guard rename(beside.string, target.string) == 0 else { throw Errno(rawValue: errno) }
            try AtomicFile.syncDirectory(of: target)
            return Backup(path: target, size: size)
        } catch {
            throw .notBackedUp(path: target.string, reason: "\(error)")
        }
    }

    private func copy(to file: FilePath) async throws {
        let copy = try DatabaseQueue(path: file.string)
        try database.backup(to: copy)
        try await copy.writeWithoutTransaction { database in
            // One file, without a log beside it.
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            // Workers may hold attempts that were given out later than the copy was made: a coordinator that goes on from
            // the copy must not give out their fences again. This row belongs to no run.
            try database.execute(
                sql: """
                    INSERT INTO attempt (fence, run, job, worker, started, build_id, ended, outcome, detail)
                    SELECT coalesce(max(fence), 0) + ?, 0, 0, '', 0, 0, 0, 'cancelled', ? FROM attempt
                    """, arguments: [Self.fenceGap, try JSONText.encode(AttemptEnd.cancelled)])
            let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard finding == "ok" else { throw DatabaseError(message: "the copy is damaged: \(finding)") }
        }
        try copy.close()
    }
}
