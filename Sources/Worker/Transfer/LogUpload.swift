internal import Logging
internal import Shared
internal import SystemPackage
internal import ZeroMQ

/// Sends an attempt's log while it grows, and ends when the coordinator has all of it.
struct LogUpload: Sendable {
    let link: BulkLink
    let attempt: AttemptID
    let source: any LogSource

    /// Pieces in a row that may come to nothing.
    private static let trials = 8

    /// - Throws: `TransferError.logStalled` when the log is complete and no more of it is taken.
    func run() async throws {
        let (number, mailbox) = await link.openLog(attempt)
        defer { Task { await link.closeLog(attempt) } }
        let file = try FileDescriptor.open(source.path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        var held: Int64 = 0
        var furthest: Int64 = 0
        // Pieces in a row without an answer, and with one that moved nothing.
        var (unanswered, unmoved) = (0, 0)
        var refusal = ""
        while true {
            await source.wait(beyond: held)
            try Task.checkCancellation()
            let (size, isComplete) = await source.extent()
            guard held < size else {
                if isComplete { return }
                continue
            }
            if isComplete, unanswered >= Self.trials { throw TransferError.logStalled(link.patience * Self.trials) }
            let offset = held
            try await link.send(piece(number, offset), payload: read(file, at: offset, size))
            switch try await answer(mailbox, beyond: offset) {
            case .held(let answer)?:
                held = min(max(0, answer), size)
                unanswered = 0
                unmoved = held > furthest ? 0 : unmoved + 1
                furthest = max(furthest, held)
                if unmoved >= Self.trials {
                    return logger.warning(
                        "the coordinator keeps no more of a log",
                        metadata: ["attempt": "\(attempt)", "kept": "\(held)", "of": "\(size)"])
                }
            case .refused(let reason)?:
                if reason != refusal {
                    logger.warning("log refused", metadata: ["attempt": "\(attempt)", "reason": "\(reason)"])
                }
                refusal = reason
                unanswered += 1
                try await Task.sleep(for: link.patience)
            // The piece is sent again: what is there already is skipped.
            case nil: unanswered += 1
            }
        }
    }

    /// nil when none came in time. An answer that moves nothing may be a late one to an earlier sending: then another follows.
    private func answer(_ mailbox: Mailbox<LogAnswer>, beyond offset: Int64) async throws -> LogAnswer? {
        var answer = try await mailbox.next(within: link.patience)
        while case .held(offset)? = answer {
            guard let next = try await mailbox.next(within: min(link.patience, .seconds(1))) else { break }
            answer = next
        }
        return answer
    }

    private func piece(_ number: UInt64, _ offset: Int64) -> WireBulkMessage {
        var append = WireBulkMessage()
        append.transfer = number
        append.log = WireLogAppend()
        append.log.attempt = attempt.wire
        append.log.offset = offset
        return append
    }

    private func read(_ file: FileDescriptor, at offset: Int64, _ size: Int64) throws -> Frame {
        let count = Int(min(Int64(BulkLink.chunkSize), size - offset))
        return try Frame(of: file, at: offset, count: count)
    }

    private var logger: Logger { link.logger }
}

/// A log file that may still grow.
protocol LogSource: Sendable {
    var path: FilePath { get }
    /// Waits until there is more than `offset`, or nothing more will come.
    func wait(beyond offset: Int64) async
    /// Bytes that are there, and whether that is all.
    func extent() async -> (size: Int64, isComplete: Bool)
}

extension LogSpool: LogSource {
    func extent() -> (size: Int64, isComplete: Bool) { (size, isComplete) }
}

/// The log of an attempt that ended in an earlier life of the worker.
struct FinishedLog: LogSource {
    let path: FilePath
    let size: Int64

    func wait(beyond offset: Int64) async {}
    func extent() async -> (size: Int64, isComplete: Bool) { (size, true) }
}
