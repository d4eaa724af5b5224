internal import FoundationEssentials
internal import Logging
package import Shared
package import SystemPackage
internal import ZeroMQ

/// Offers a file to the coordinator until it has it, however often the connection is lost.
package struct Upload: Sendable {
    let link: BulkLink
    let blob: Blob
    let attempt: AttemptID
    let file: FilePath
    /// It is not what the attempt made, but this distfile.
    var distfile: BLAKE2bDigest?
    /// It is not what the attempt made, but this part of how it went.
    var evidence: EvidencePart?
    /// When nothing moved for so long it is given up; nil: never.
    var limit: Duration?

    package init(
        link: BulkLink, blob: Blob, attempt: AttemptID, file: FilePath, distfile: BLAKE2bDigest? = nil,
        evidence: EvidencePart? = nil, limit: Duration? = nil
    ) {
        self.link = link
        self.blob = blob
        self.attempt = attempt
        self.file = file
        self.distfile = distfile
        self.evidence = evidence
        self.limit = limit
    }

    private enum Round { case stored, again(moved: Bool), later(String, allSent: Bool) }

    /// A coordinator without room is waited for.
    ///
    /// - Throws: `TransferError.stalled` at the limit, `.refused` when the coordinator does not want it, `.damaged` when the
    ///   file is not the blob.
    package func run() async throws {
        let source = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        defer { try? source.close() }
        var pause = Duration.milliseconds(500)
        var told = ""
        var isChecked = false
        var lastMove = ContinuousClock.now
        while true {
            switch try await round(source) {
            case .stored: return
            case .again(let moved):
                if moved {
                    pause = .milliseconds(500)
                    lastMove = .now
                } else {
                    tell("no answer on the bulk connection", &told)
                }
            case .later(let reason, let allSent):
                tell(reason, &told)
                // All bytes went and were not taken: are they still the right ones?
                if allSent, !isChecked {
                    let file = file
                    let found = try await Blocking.run { try ContentHasher.blob(of: file) }
                    guard found == blob else { throw TransferError.damaged(blob) }
                    isChecked = true
                }
            }
            if let limit, lastMove.duration(to: .now) > limit { throw TransferError.stalled(blob, limit) }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(30))
        }
    }

    /// Each reason once, until there is another.
    private func tell(_ reason: String, _ told: inout String) {
        guard reason != told else { return }
        told = reason
        link.logger.warning(
            "upload is tried again",
            metadata: ["attempt": "\(attempt)", "file": "\(blob.digest.short)", "reason": "\(reason)"])
    }

    private func round(_ source: FileDescriptor) async throws -> Round {
        let (number, mailbox) = await link.open()
        var isOver = false
        defer {
            let isOver = isOver
            Task { if isOver { await link.close(number) } else { await link.abandon(number) } }
        }
        var offer = WireBulkMessage()
        offer.transfer = number
        offer.offer = WireOffer()
        offer.offer.blob = blob.wire
        offer.offer.attempt = attempt.wire
        offer.offer.evidence = evidence?.rawValue ?? ""
        if let distfile { offer.offer.blake2B = Data(distfile.bytes) }
        try await link.send(offer)
        var position: Int64?
        var credit = 0
        var moved = false
        while true {
            if let offset = position, offset < blob.size, credit > 0 {
                let count = Int(min(Int64(BulkLink.chunkSize), blob.size - offset))
                let payload = try Frame(of: source, at: offset, count: count)
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
                guard (0...blob.size).contains(offset) else { return .later("a wrong offset came", allSent: false) }
                position = offset
                credit = chunks
            case .credit(let chunks): credit = min(credit + chunks, 1024)
            case .stored:
                isOver = true
                return .stored
            case .refused(let reason, let retry):
                isOver = true
                guard retry else { throw TransferError.refused(blob, reason: reason) }
                return .later(reason, allSent: position == blob.size)
            case .chunk, .located, .fetch: return .later("what came nobody asked for", allSent: false)
            }
        }
    }
}
