internal import Shared
internal import SystemPackage
internal import ZeroMQ

/// Sends an attempt's log while it grows, and ends when the coordinator has all of it.
struct LogUpload: Sendable {
    let link: BulkLink
    let attempt: AttemptID
    let source: any LogSource

    func run() async throws {
        let mailbox = await link.openLog(attempt)
        defer { Task { await link.closeLog(attempt) } }
        let file = try FileDescriptor.open(source.path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        var held: Int64 = 0
        while true {
            await source.wait(beyond: held)
            try Task.checkCancellation()
            let (size, isComplete) = await source.extent()
            guard held < size else {
                if isComplete { return }
                continue
            }
            let count = Int(min(Int64(BulkLink.chunkSize), size - held))
            let offset = held
            let payload = try Frame(count: count) { bytes in
                var filled = 0
                while filled < count {
                    let read = try file.read(
                        fromAbsoluteOffset: offset + Int64(filled),
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
                    guard read > 0 else { throw Errno.ioError }
                    filled += read
                }
            }
            var append = WireBulkMessage()
            append.log = WireLogAppend()
            append.log.attempt = attempt.wire
            append.log.offset = offset
            try await link.send(append, payload: payload)
            // Without an answer the piece is sent again: what is there already is skipped.
            if let answer = try await mailbox.next(within: link.patience) { held = min(max(0, answer), size) }
        }
    }
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
