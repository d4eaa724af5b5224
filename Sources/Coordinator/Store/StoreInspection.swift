import Core
import FoundationEssentials
import GRDB
import Shared
import SystemPackage

/// Looks at a database before anything is done to it: one that cannot be used is left as it is, to the byte.
enum StoreInspection {
    /// - Throws: `newer`, `damaged` or `unusable`; nothing when there is no database yet.
    static func check(_ path: FilePath) throws {
        guard FileStatus.exists(path) else { return }
        do {
            try FileDescriptor.open(path, .readWrite, options: [.closeOnExec]).close()
        } catch let error as Errno {
            throw StoreError.unusable(path: path.string, reason: "it cannot be written: \(error)")
        }
        let log = FilePath("\(path)-wal")
        guard let size = try? FileStatus.size(of: log), size > 0 else { return try check(path, namedAs: path) }
        // What a killed coordinator left counts, and taking it in would change files: that is tried on a copy.
        let copy = FilePath("\(path).check")
        let pairs = [(path, copy), (log, FilePath("\(copy)-wal"))]
        defer {
            for name in [copy.string, "\(copy)-wal", "\(copy)-shm"] {
                try? FileManager.default.removeItem(atPath: name)
            }
        }
        for (original, copy) in pairs {
            try? FileManager.default.removeItem(atPath: copy.string)
            do { try FileManager.default.copyItem(atPath: original.string, toPath: copy.string) } catch {
                throw StoreError.unusable(path: path.string, reason: "no copy can be made to check it: \(error)")
            }
        }
        let queue = try DatabaseQueue(path: copy.string)
        try queue.read { try check($0, namedAs: path) }
        try queue.close()
    }

    /// A database at rest, read without a lock, a log or any other file being made.
    private static func check(_ file: FilePath, namedAs path: FilePath) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: "file:\(escaped(file))?immutable=1", configuration: configuration)
        try queue.read { try check($0, namedAs: path) }
        try queue.close()
    }

    /// As a part of a URI.
    private static func escaped(_ path: FilePath) -> String {
        path.string.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return isPlain || "/._-".utf8.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + String(0x100 + Int(byte), radix: 16).suffix(2)
        }.joined()
    }

    private static func check(_ database: Database, namedAs path: FilePath) throws {
        if try Schema.migrator.hasBeenSuperseded(database) { throw StoreError.newer(path: path.string) }
        let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard finding == "ok" else { throw StoreError.damaged(path: path.string, finding: finding) }
    }
}
