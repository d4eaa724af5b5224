import Logging
import Shared
import SystemPackage

/// Backups of the database, for operators.
extension Dispatcher {
    /// Answers when the backup is made; one at a time.
    func backUp(_ client: Client, _ number: UInt64) throws {
        try demandOperator(client, to: "make backups")
        guard !isBackingUp else {
            throw Refusal(.unavailable, "another backup is being made", "try again when it is done")
        }
        isBackingUp = true
        Task {
            var answer = WireCoordinatorMessage()
            answer.request = number
            do {
                let backup = try await services.store.backUp()
                answer.backup.path = backup.path.string
                answer.backup.size = backup.size
                logger.info("database backed up", metadata: ["path": "\(backup.path)"])
            } catch {
                answer.error = .make(.unavailable, "\(error)", "look at the coordinator's disk")
            }
            isBackingUp = false
            send(answer, to: client.peer)
        }
    }
}
