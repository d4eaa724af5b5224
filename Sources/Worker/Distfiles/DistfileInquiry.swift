internal import Shared

/// Asks the coordinator for a distfile, and waits while another attempt of the farm fetches it.
struct DistfileInquiry: Sendable {
    enum Answer: Sendable {
        /// The coordinator has it, under this digest.
        case located(Blob)
        /// Nobody has it: this attempt is the one to fetch it.
        case fetch
    }

    let link: BulkLink
    let distfile: Distfile
    let attempt: AttemptID

    /// Goes on until there is an answer, however often the connection is lost.
    /// - Throws: `TransferError.distfileRefused`.
    func run() async throws -> Answer {
        var pause = Duration.milliseconds(500)
        while true {
            if let answer = try await ask() { return answer }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(15))
        }
    }

    /// nil when it is to be asked again: also who waits asks again now and then, as the other attempt may be gone.
    private func ask() async throws -> Answer? {
        let (number, mailbox) = await link.open()
        var isAnswered = false
        defer {
            let isAnswered = isAnswered
            Task { if isAnswered { await link.close(number) } else { await link.abandon(number) } }
        }
        var message = WireBulkMessage()
        message.transfer = number
        message.locate = WireLocate()
        message.locate.distfile = distfile.wire
        message.locate.attempt = attempt.wire
        try await link.send(message)
        switch try await mailbox.next(within: link.patience) {
        case .located(let blob)?:
            isAnswered = true
            guard blob.size == distfile.size else { throw TransferError.wrongContent(blob) }
            return .located(blob)
        case .fetch?:
            isAnswered = true
            return .fetch
        case .refused(let reason, let retry)?:
            isAnswered = true
            guard retry else { throw TransferError.distfileRefused(distfile.name, reason: reason) }
            return nil
        case .begin?, .chunk?, .credit?, .stored?, nil: return nil
        }
    }
}
