internal import Shared
internal import SystemPackage
internal import ZeroMQ

/// Offers a file to the coordinator until it has it, however often the connection is lost.
struct Upload: Sendable {
    let link: BulkLink
    let blob: Blob
    let attempt: AttemptID
    let file: FilePath

    private enum Round { case stored, again(moved: Bool), later }

    /// - Throws: `TransferError.refused` when the coordinator does not want it.
    func run() async throws {
        let source = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        defer { try? source.close() }
        var pause = Duration.milliseconds(500)
        while true {
            switch try await round(source) {
            case .stored: return
            case .again(let moved): if moved { pause = .milliseconds(500) }
            case .later: break
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(30))
        }
    }

    private func round(_ source: FileDescriptor) async throws -> Round {
        let (number, mailbox) = await link.open()
        defer { Task { await link.close(number) } }
        var offer = WireBulkMessage()
        offer.transfer = number
        offer.offer = WireOffer()
        offer.offer.blob = blob.wire
        offer.offer.attempt = attempt.wire
        try await link.send(offer)
        var position: Int64?
        var credit = 0
        var moved = false
        while true {
            if let offset = position, offset < blob.size, credit > 0 {
                let count = Int(min(Int64(BulkLink.chunkSize), blob.size - offset))
                let payload = try Frame(count: count) { bytes in
                    var filled = 0
                    while filled < count {
                        let read = try source.read(
                            fromAbsoluteOffset: offset + Int64(filled),
                            into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
                        guard read > 0 else { throw Errno.ioError }
                        filled += read
                    }
                }
                var chunk = WireBulkMessage()
                chunk.transfer = number
                chunk.chunk = WireChunk()
                chunk.chunk.offset = offset
                try await link.send(chunk, payload: payload)
                position = offset + Int64(count)
                credit -= 1
                continue
            }
            guard let event = try await mailbox.next(within: link.patience) else { return .again(moved: moved) }
            moved = true
            switch event {
            case .begin(_, let offset, let chunks):
                guard (0...blob.size).contains(offset) else { return .later }
                position = offset
                credit = chunks
            case .credit(let chunks): credit = min(credit + chunks, 1024)
            case .stored: return .stored
            case .refused(let reason, let retry):
                guard retry else { throw TransferError.refused(blob, reason: reason) }
                return .later
            case .chunk: return .later
            }
        }
    }
}
