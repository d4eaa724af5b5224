internal import Glibc
package import Shared
package import SystemPackage
internal import ZeroMQ

/// Fetches a blob from the coordinator into a file, however often the connection is lost.
package struct Download: Sendable {
    let link: BulkLink
    let blob: Blob
    /// Grows; what is there already is not fetched again. Not synced: who keeps it longer than
    /// this boot of the host does that.
    let part: FilePath

    private enum Round { case complete, again(moved: Bool), later(String) }

    /// When nothing moved for so long, the download fails.
    private static let limit = Duration.seconds(600)

    package init(link: BulkLink, blob: Blob, part: FilePath) {
        self.link = link
        self.blob = blob
        self.part = part
    }

    package func run() async throws {
        let part = part
        let limit = blob.size
        var file = try await Blocking.run { try PartialFile(part, upTo: limit) }
        defer { file.close() }
        // They may be what a crash of the host left.
        var hasOldBytes = file.size > 0
        var lastMove = ContinuousClock.now
        var pause = Duration.milliseconds(500)
        while true {
            switch try await round(&file) {
            case .complete where file.digest() == blob.digest: return
            case .complete where hasOldBytes:
                hasOldBytes = false
                try file.empty()
                continue
            case .complete:
                unlink(part.string)
                throw TransferError.wrongContent(blob)
            case .again(let moved):
                if moved {
                    lastMove = .now
                    pause = .milliseconds(500)
                }
            case .later: break
            }
            guard lastMove.duration(to: .now) < Self.limit else { throw TransferError.stalled(blob, Self.limit) }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(15))
        }
    }

    private func round(_ file: inout PartialFile) async throws -> Round {
        let start = file.size
        if start == blob.size { return .complete }
        let (number, mailbox) = await link.open()
        var isOver = false
        defer {
            let isOver = isOver
            Task { if isOver { await link.close(number) } else { await link.abandon(number) } }
        }
        var want = WireBulkMessage()
        want.transfer = number
        want.want = WireWant()
        want.want.sha256 = blob.digest.hex
        want.want.offset = start
        want.want.credit = UInt32(BulkLink.credit)
        try await link.send(want)
        var owed: UInt32 = 0
        while file.size < blob.size {
            guard let event = try await mailbox.next(within: link.patience) else {
                return .again(moved: file.size > start)
            }
            switch event {
            case .begin(let size, _, _):
                guard size == blob.size else { throw TransferError.wrongContent(blob) }
            case .chunk(let at, let frame):
                guard at == file.size, Int64(frame.count) <= blob.size - file.size, !frame.isEmpty else {
                    return .again(moved: file.size > start)
                }
                try frame.withUnsafeBytes { try file.append($0) }
                owed += 1
                if owed >= UInt32(BulkLink.credit / 2) {
                    var credit = WireBulkMessage()
                    credit.transfer = number
                    credit.credit = WireCredit()
                    credit.credit.chunks = owed
                    try await link.send(credit)
                    owed = 0
                }
            case .refused(let reason, let retry):
                isOver = true
                guard retry else { throw TransferError.missing(blob, reason: reason) }
                return .later(reason)
            case .credit, .stored, .located, .fetch: break
            }
        }
        isOver = true
        return .complete
    }
}
