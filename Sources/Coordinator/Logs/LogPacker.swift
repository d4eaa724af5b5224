import Logging
import Shared

/// Packs the logs of attempts that have ended, one at a time.
final class LogPacker: Sendable {
    private let logs: LogStore
    private let attempts: LiveAttempts
    private let logger: Logger
    private let ended: AsyncStream<AttemptID>
    private let continuation: AsyncStream<AttemptID>.Continuation

    init(_ logs: LogStore, attempts: LiveAttempts, logger: Logger) {
        self.logs = logs
        self.attempts = attempts
        self.logger = logger
        // As many as there are attempts: each a few bytes.
        (ended, continuation) = AsyncStream.makeStream()
    }

    /// Nothing is appended to its log any more but what is under way.
    func attemptEnded(_ attempt: AttemptID) { continuation.yield(attempt) }

    /// Until it is cancelled.
    /// - Parameter settle: comes back when what was under way has been appended.
    func run(settle: () async -> Void) async {
        for attempt in (try? logs.unpacked()) ?? [] where !attempts.contains(attempt) {
            guard !Task.isCancelled else { return }
            await pack(attempt)
        }
        for await attempt in ended {
            await settle()
            await pack(attempt)
        }
    }

    @concurrent
    private func pack(_ attempt: AttemptID) async {
        do { try logs.pack(attempt) } catch {
            logger.warning("a log stays unpacked", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
        }
    }
}
