internal import Logging
internal import Shared
internal import SystemPackage

/// Brings the end of an attempt to the coordinator: its file, its log, then the word.
struct Delivery: Sendable {
    let record: AttemptRecord
    let context: WorkerContext
    /// The log's upload that goes on since the attempt began; nil for one of an earlier life.
    let logUpload: Task<Void, any Error>?
    let tell: @Sendable (WireFinished) async -> Void

    /// How long to wait for the answer before saying it again.
    private static let patience = Duration.seconds(30)
    /// The end counts more than the log: it is told then, whatever has become of the log.
    private static let logTime = Duration.seconds(600)
    private static let evidenceTime = Duration.seconds(60)

    /// Goes on until it is cancelled, because the coordinator has settled the attempt.
    func run() async throws {
        guard var outcome = record.outcome else { return }
        let directory = AttemptDirectory(record.attempt, in: context.attempts)
        if let blob = outcome.blob {
            do {
                try await Upload(link: context.bulk, blob: blob, attempt: record.attempt, file: directory.result).run()
            } catch let error where !(error is CancellationError) {
                outcome = .failure(Failure(.transferFailed, "\(error)"))
            }
        }
        try Task.checkCancellation()
        async let evidence: Void = deliverEvidence(directory)
        do {
            try await deliverLog(directory)
        } catch let error where !(error is CancellationError) {
            context.logger.warning(
                "log not delivered", metadata: ["attempt": "\(record.attempt)", "error": "\(error)"])
        }
        await evidence
        try Task.checkCancellation()
        while true {
            await tell(WireFinished(record.attempt, outcome, record.resources))
            try await Task.sleep(for: Self.patience)
        }
    }

    /// The end counts more than this, too.
    private func deliverEvidence(_ directory: AttemptDirectory) async {
        for file in record.evidence {
            let upload = Upload(
                link: context.bulk, blob: file.blob, attempt: record.attempt, file: directory.evidence(file.part),
                evidence: file.part)
            do { try await TimeLimit.run(Self.evidenceTime) { try await upload.run() } } catch let error
                where !(error is CancellationError)
            {
                context.logger.warning(
                    "evidence not delivered",
                    metadata: ["attempt": "\(record.attempt)", "part": "\(file.part)", "error": "\(error)"])
            } catch {}
        }
    }

    private func deliverLog(_ directory: AttemptDirectory) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if let logUpload {
                    try await logUpload.valueUnlessCancelled()
                } else if let size = try? FileStatus.size(of: directory.log) {
                    let log = FinishedLog(path: directory.log, size: size)
                    try await LogUpload(link: context.bulk, attempt: record.attempt, source: log).run()
                }
            }
            group.addTask {
                try await Task.sleep(for: Self.logTime)
                throw TransferError.logStalled(Self.logTime)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
