import Core
import GRDB

/// Farms that coordinator.yaml does not describe: those that farmctl has had made.
extension Store {
    func farms() throws -> [String] {
        try database.read { try String.fetchAll($0, sql: "SELECT name FROM farm ORDER BY name") }
    }

    /// - Parameter user: the name of the key of who asked for it.
    func add(farm: String, by user: String, at time: Instant) async throws {
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO farm (name, made, made_by) VALUES (?, ?, ?)",
                arguments: [farm, time.milliseconds, user])
        }
    }

    func remove(farm: String) throws {
        try database.write { try $0.execute(sql: "DELETE FROM farm WHERE name = ?", arguments: [farm]) }
    }
}
