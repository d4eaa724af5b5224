internal import Glibc
package import Shared
package import SystemPackage
internal import ZeroMQ

/// Fetches a blob from the coordinator into a file, however often the connection is lost.
package struct Download: Sendable {
    let link: BulkLink
    let blob: Blob
    /// Grows; what is there already is not fetched again.
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
        let file = try FileDescriptor.open(
            part, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        defer { try? file.close() }
        var lastMove = ContinuousClock.now
        var pause = Duration.milliseconds(500)
        while true {
            let round = try await round(file)
            switch round {
            case .complete: return try await check(file)
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

    private func round(_ file: FileDescriptor) async throws -> Round {
        var offset = min(try FileStatus.size(of: part), blob.size)
        let start = offset
        if offset == blob.size { return .complete }
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
        want.want.offset = offset
        want.want.credit = UInt32(BulkLink.credit)
        try await link.send(want)
        var owed: UInt32 = 0
        while offset < blob.size {
            guard let event = try await mailbox.next(within: link.patience) else {
                return .again(moved: offset > start)
            }
            switch event {
            case .begin(let size, _, _):
                guard size == blob.size else { throw TransferError.wrongContent(blob) }
            case .chunk(let at, let frame):
                guard at == offset, Int64(frame.count) <= blob.size - offset, !frame.isEmpty else {
                    return .again(moved: offset > start)
                }
                try frame.withUnsafeBytes { bytes in
                    _ = try file.writeAll(toAbsoluteOffset: offset, bytes)
                }
                offset += Int64(frame.count)
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
                guard retry else { throw TransferError.refused(blob, reason: reason) }
                return .later(reason)
            case .credit, .stored, .located, .fetch: break
            }
        }
        isOver = true
        return .complete
    }

    private func check(_ file: FileDescriptor) async throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        let part = part
        let found = try await Blocking.run { try ContentHasher.blob(of: part) }
        guard found == blob else {
            unlink(part.string)
            throw TransferError.wrongContent(blob)
        }
    }
}
