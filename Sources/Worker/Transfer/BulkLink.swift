package import Logging
internal import Shared
internal import SwiftProtobuf
package import ZeroMQ

/// The bulk connection: gives each transfer its own mailbox and sends for all of them.
package actor BulkLink {
    package nonisolated let loop: EventLoop
    private let socket: AsyncSocket
    nonisolated let logger: Logger
    private var transfers: [UInt64: Mailbox<BulkEvent>] = [:]
    private var logs: [AttemptID: (number: UInt64, mailbox: Mailbox<LogAnswer>)] = [:]
    private var lastTransfer: UInt64 = 0

    /// Chunks that the coordinator may send ahead, for each download.
    static let credit = Int(SocketSettings.credit)
    /// Bytes of a chunk, both ways.
    static let chunkSize = SocketSettings.chunk
    /// Without a message for so long, a transfer begins again where it stopped: the connection has probably been lost.
    nonisolated let patience: Duration

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package init(_ socket: AsyncSocket, logger: Logger, patience: Duration = .seconds(15)) {
        self.patience = patience
        self.socket = socket
        loop = socket.loop
        self.logger = logger
    }

    /// Hands out what comes in until the socket is closed.
    package func run() async throws {
        while !Task.isCancelled {
            for message in try await socket.receiveBatch(limit: 64) { receive(message) }
        }
    }

    func open() -> (number: UInt64, mailbox: Mailbox<BulkEvent>) {
        lastTransfer += 1
        // The credit, the answer to the request, and some slack.
        let mailbox = Mailbox<BulkEvent>(loop: loop, limit: Self.credit + 64)
        transfers[lastTransfer] = mailbox
        return (lastTransfer, mailbox)
    }

    func close(_ number: UInt64) { transfers[number] = nil }

    /// Ends a transfer before its end: the coordinator need not keep it open.
    func abandon(_ number: UInt64) async {
        transfers[number] = nil
        var message = WireBulkMessage()
        message.transfer = number
        message.refuse = WireRefuse()
        message.refuse.reason = "given up by the worker"
        message.refuse.retry = true
        try? await send(message)
    }

    /// - Returns: the number under which its pieces are sent: refusals name nothing else.
    func openLog(_ attempt: AttemptID) -> (number: UInt64, mailbox: Mailbox<LogAnswer>) {
        lastTransfer += 1
        let log = (lastTransfer, Mailbox<LogAnswer>(loop: loop, limit: 16))
        logs[attempt] = log
        return log
    }

    func closeLog(_ attempt: AttemptID) { logs[attempt] = nil }

    /// Sends; waits while there is no connection or the queue is full.
    nonisolated func send(_ message: WireBulkMessage, payload: Frame? = nil) async throws {
        let head = Frame(try message.serializedBytes() as [UInt8])
        try await socket.send(ZeroMQ.Message(payload.map { [head, $0] } ?? [head]))
    }

    private func receive(_ message: ZeroMQ.Message) {
        guard let head = message.frames.first,
            let wire = try? WireBulkMessage(serializedBytes: head.bytes), let body = wire.body
        else { return logger.warning("malformed message on the bulk connection") }
        let event: BulkEvent
        switch body {
        case .begin(let begin):
            event = .begin(size: begin.size, offset: begin.offset, credit: Int(min(begin.credit, 1024)))
        case .chunk(let chunk):
            guard message.count == 2 else { return logger.warning("a chunk without its content") }
            event = .chunk(offset: chunk.offset, message[1])
        case .credit(let credit): event = .credit(Int(min(credit.chunks, 1024)))
        case .stored: event = .stored
        case .refuse(let refuse):
            if let log = logs.values.first(where: { $0.number == wire.transfer }) {
                log.mailbox.put(.refused(reason: refuse.reason))
                return
            }
            event = .refused(reason: refuse.reason, retry: refuse.retry)
        case .logged(let logged):
            if let attempt = try? logged.attempt.domain() { logs[attempt]?.mailbox.put(.held(logged.size)) }
            return
        case .located(let located):
            guard let blob = try? located.blob.domain() else { return logger.warning("a malformed digest came") }
            event = .located(blob)
        case .fetch: event = .fetch
        case .want, .offer, .log, .locate: return
        }
        // A transfer that was given up or begun again under another number: its late messages are nobody's.
        guard let mailbox = transfers[wire.transfer] else { return }
        if !mailbox.put(event) {
            logger.warning("more came than was asked for; the transfer begins again")
            transfers[wire.transfer] = nil
        }
    }
}
