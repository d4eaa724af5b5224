import GRDB
import Synchronization
import SystemPackage

/// Copies SQLite's log into the main file beside the commits. A commit that finds the log grown long copies it itself, but then
/// little is left to copy, and whoever waits for the commit waits less.
final class Checkpointer: Sendable {
    private let database: DatabaseQueue
    private struct State {
        /// Since the last copy was begun.
        var changes = 0
        var isCopying = false
    }
    private let state = Mutex(State())

    /// Changes from one copy to the next: several copies before the log is so long that a commit copies it itself.
    private static let interval = 1000

    init(path: FilePath) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -64") }
        database = try DatabaseQueue(path: path.string, configuration: configuration)
    }

    /// So many changes have been committed.
    func count(_ number: Int) {
        let isDue = state.withLock { state in
            state.changes += number
            guard state.changes >= Self.interval, !state.isCopying else { return false }
            state = State(isCopying: true)
            return true
        }
        guard isDue else { return }
        database.asyncWriteWithoutTransaction { [self] database in
            // What could not be copied now is copied the next time, or by a commit.
            _ = try? database.checkpoint(.passive)
            state.withLock { $0.isCopying = false }
        }
    }

    /// After the last `count`.
    func close() throws { try database.close() }
}
