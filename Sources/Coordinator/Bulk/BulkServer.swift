import Logging
import Shared
import SystemPackage
import ZeroMQ

/// The bulk socket: images, packages and distfiles out to workers, packages, resolutions, distfiles and logs in.
///
/// It has an event loop of its own and touches files from that thread: a slow disk slows transfers, never leases. Memory is
/// bounded by credit: at most `SocketSettings.credit` chunks are under way for each transfer.
actor BulkServer {
    /// What others want to know.
    enum Happening: Sendable {
        case logGrew(AttemptID)
        /// Something could not be taken for want of room.
        case noRoom(String)
    }

    struct TransferID: Hashable {
        let peer: Frame
        let number: UInt64
    }

    /// What one peer may have open at once; a worker needs a few for each slot.
    static let transfersPerPeer = 64

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let keys: KeyDirectory
    let catalogue: BlobCatalogue
    let attempts: LiveAttempts
    let staging: Staging
    let logs: LogStore
    let distfiles: DistfileStore
    let logger: Logger
    private let refusedPeers: RefusedPeers
    private let happened: @Sendable (Happening) -> Void
    private var socket: Socket?
    var outgoing: [TransferID: OutgoingFile] = [:]
    private var incoming: [TransferID: IncomingTransfer] = [:]
    /// Who waits for a distfile that another fetches.
    var inquiries: [TransferID: Inquiry] = [:]
    var fetches = DistfileFetches()
    /// Distfiles that are being read where people put them.
    var takenByHand: Set<BLAKE2bDigest> = []
    /// Messages for peers whose queue is full, oldest first.
    private var waiting: [Frame: [Message]] = [:]
    /// More than the credit of all transfers of a peer allows: one that lets so much pile up does not read.
    private static let longestQueue = 2048
    /// A transfer in which nothing moved for so long is given up; its worker begins it again if it still wants it.
    private static let patience = Duration.seconds(60)
    private var retry: LoopTimer?

    init(
        _ socket: consuming Socket, loop: EventLoop, keys: KeyDirectory, catalogue: BlobCatalogue,
        attempts: LiveAttempts, staging: Staging, logs: LogStore, distfiles: DistfileStore,
        refusedPeers: RefusedPeers, logger: Logger,
        happened: @escaping @Sendable (Happening) -> Void
    ) {
        self.socket = consume socket
        self.loop = loop
        self.keys = keys
        self.catalogue = catalogue
        self.attempts = attempts
        self.staging = staging
        self.logs = logs
        self.distfiles = distfiles
        self.refusedPeers = refusedPeers
        self.logger = logger
        self.happened = happened
    }

    func start() throws {
        try socket?.register(on: loop, owner: self) { $0.serve($1) }
        if let counters = try socket?.monitorConnections() { refusedPeers.watch(counters) }
        sweep()
    }

    /// Lets go of transfers that their workers forgot.
    private func sweep() {
        loop.schedule(after: Self.patience, owner: self) { server in
            let limit = ContinuousClock.now - Self.patience
            for (id, file) in server.outgoing where file.lastMove < limit { server.outgoing[id] = nil }
            for (id, transfer) in server.incoming where transfer.file.lastMove < limit { server.incoming[id] = nil }
            // Whoever still waits has asked again.
            for (id, inquiry) in server.inquiries where inquiry.asked < limit { server.inquiries[id] = nil }
            server.sweep()
        }
    }

    func stop() {
        outgoing = [:]
        incoming = [:]
        inquiries = [:]
        socket = nil
    }

    private func serve(_ events: SocketEvents) {
        if events.contains(.stopped) { return stop() }
        do {
            for message in try socket?.tryReceive(limit: 64) ?? [] { receive(message) }
        } catch {
            logger.error("the bulk socket failed", metadata: ["error": "\(error)"])
            stop()
        }
    }

    private func receive(_ message: Message) {
        guard message.count >= 2, let name = message.userID, keys.role(of: name) == .worker,
            let header = try? message[1].parse(WireBulkMessage.self)
        else {
            return refusedPeers.countMessage()
        }
        let id = TransferID(peer: message[0], number: header.transfer)
        let payload = message.count > 2 ? message[2] : nil
        let worker = WorkerName(rawValue: name)
        switch header.body {
        case .want(let want): send(want, for: id)
        case .credit(let credit): resume(id, credit: credit.chunks)
        case .offer(let offer): accept(offer, from: worker, for: id)
        case .chunk(let chunk): store(chunk, payload, for: id)
        case .locate(let locate): self.locate(locate, from: worker, for: id)
        case .log(let log): append(log, payload, from: worker, for: id)
        // The worker has given up this transfer, whichever way it went.
        case .refuse:
            outgoing[id] = nil
            incoming[id] = nil
            inquiries[id] = nil
        case .begin, .stored, .logged, .located, .fetch, nil: refusedPeers.countMessage()
        }
    }

    // MARK: Out

    private func send(_ want: WireWant, for id: TransferID) {
        guard let digest = ContentDigest(hex: want.sha256), want.offset >= 0 else {
            return refuse(id, "malformed request", retry: false)
        }
        guard outgoing.count(where: { $0.key.peer == id.peer }) < Self.transfersPerPeer else {
            return refuse(id, "too many transfers at once", retry: true)
        }
        guard let path = catalogue.path(of: digest) else {
            return refuse(id, "there is no file with digest \(digest)", retry: false)
        }
        do {
            let file = try OutgoingFile(path, offset: want.offset, credit: min(want.credit, SocketSettings.credit))
            var begin = WireBegin()
            begin.size = file.size
            begin.offset = want.offset
            reply(id, .begin(begin))
            outgoing[id] = file
            pump(id)
        } catch {
            logger.error("a file cannot be read", metadata: ["path": "\(path)", "error": "\(error)"])
            let isGone = error as? Errno == .noSuchFileOrDirectory
            let reason =
                isGone
                ? "there is no file with digest \(digest) any more: it was at \(path)"
                : "\(digest.short) cannot be read at the coordinator: \(error)"
            // Where asking again makes no difference the attempt fails, and the next one is later.
            refuse(id, reason, retry: !isGone && error as? Errno != .ioError)
        }
    }

    private func resume(_ id: TransferID, credit: UInt32) {
        outgoing[id]?.add(credit: credit)
        pump(id)
    }

    /// Sends as many chunks as there is credit for.
    private func pump(_ id: TransferID) {
        while let file = outgoing[id], file.credit > 0, !file.isAtEnd {
            do {
                let offset = file.offset
                let frame = try file.next()
                var chunk = WireChunk()
                chunk.offset = offset
                guard reply(id, .chunk(chunk), frame) else { return }
            } catch {
                outgoing[id] = nil
                return refuse(
                    id, "reading failed at the coordinator: \(error)", retry: error as? Errno != .ioError)
            }
        }
        if outgoing[id]?.isAtEnd == true { outgoing[id] = nil }
    }

    // MARK: In

    private func accept(_ offer: WireOffer, from worker: WorkerName, for id: TransferID) {
        guard let blob = try? offer.blob.domain(), let attempt = try? offer.attempt.domain() else {
            return refuse(id, "malformed offer", retry: false)
        }
        guard attempts.contains(attempt, worker: worker) else {
            return refuse(id, "attempt \(attempt) is not leased to \(worker)", retry: false)
        }
        guard let purpose = Purpose(offer, of: attempt) else { return refuse(id, "malformed offer", retry: false) }
        if case .evidence(let part, _) = purpose, blob.size > part.largest {
            return refuse(id, "\(blob.size) bytes are too much for \(part) of an attempt", retry: false)
        }
        guard !isThere(blob, purpose) else {
            reply(id, .stored(WireStored()))
            return
        }
        guard incoming.count(where: { $0.key.peer == id.peer }) < Self.transfersPerPeer else {
            return refuse(id, "too many transfers at once", retry: true)
        }
        let promised = incoming.values.reduce(0) { $0 + $1.file.promised }
        let (place, distfile) = place(for: purpose)
        guard place.room() - promised >= blob.size else {
            let reason = "no room in the coordinator's staging for a file of \(blob.size) bytes"
            happened(.noRoom(reason))
            return refuse(id, reason, retry: true)
        }
        // The same file from a connection that is gone, or that only seems to be there: the newest goes on.
        for (other, transfer) in incoming
        where transfer.file.blob == blob && self.place(for: transfer.purpose).0.directory == place.directory {
            incoming[other] = nil
        }
        do {
            let transfer = try IncomingTransfer(
                GrowingFile(place.receive(blob, distfile: distfile)), for: purpose)
            incoming[id] = transfer
            var begin = WireBegin()
            begin.size = blob.size
            begin.offset = transfer.file.size
            begin.credit = SocketSettings.credit
            reply(id, .begin(begin))
            finishIfComplete(id, transfer)
        } catch {
            cannotWrite(error, id)
        }
    }

    private func store(_ chunk: WireChunk, _ payload: Frame?, for id: TransferID) {
        guard let transfer = incoming[id] else { return }
        guard let payload, chunk.offset == transfer.file.size, !payload.isEmpty,
            Int64(payload.count) <= transfer.file.blob.size - transfer.file.size
        else {
            incoming[id] = nil
            return refuse(id, "a chunk at \(chunk.offset) where \(transfer.file.size) was expected", retry: true)
        }
        do {
            try payload.withUnsafeBytes { try transfer.append($0) }
        } catch {
            incoming[id] = nil
            return cannotWrite(error, id)
        }
        if let credit = transfer.creditToGive() {
            var wire = WireCredit()
            wire.chunks = credit
            reply(id, .credit(wire))
        }
        finishIfComplete(id, transfer)
    }

    private func finishIfComplete(_ id: TransferID, _ transfer: IncomingTransfer) {
        guard transfer.file.isComplete else { return }
        incoming[id] = nil
        do {
            guard try transfer.file.finish() else {
                return refuse(id, "the bytes do not have the digests that were told of them", retry: true)
            }
            switch transfer.purpose {
            case .result: FaultPoint.pass("package-stored")
            case .distfile(let distfile):
                try distfiles.add(
                    distfile, transfer.file.blob, staged: distfiles.incoming.path(of: transfer.file.blob.digest))
                settle(distfile)
            case .evidence(let part, let attempt):
                try logs.keep(transfer.file.blob.digest, as: part, of: attempt)
            }
            reply(id, .stored(WireStored()))
        } catch {
            cannotWrite(error, id)
        }
    }

    private func append(_ log: WireLogAppend, _ payload: Frame?, from worker: WorkerName, for id: TransferID) {
        guard let attempt = try? log.attempt.domain(), let payload else {
            return refusedPeers.countMessage()
        }
        guard attempts.contains(attempt, worker: worker) else {
            return refuse(id, "attempt \(attempt) is not leased to \(worker)", retry: false)
        }
        do {
            let size = try payload.withUnsafeBytes { try logs.append($0, at: log.offset, to: attempt) }
            var logged = WireLogAppended()
            logged.attempt = log.attempt
            logged.size = size
            reply(id, .logged(logged))
            happened(.logGrew(attempt))
        } catch {
            cannotWrite(error, id)
        }
    }

    private func cannotWrite(_ error: any Error, _ id: TransferID) {
        let reason = "the coordinator cannot write: \(error)"
        if let error = error as? Errno, error == .noSpace || error == .diskQuotaExceeded { happened(.noRoom(reason)) }
        refuse(id, reason, retry: true)
    }

    // MARK: Sending

    func refuse(_ id: TransferID, _ reason: String, retry: Bool) {
        var refuse = WireRefuse()
        refuse.reason = reason
        refuse.retry = retry
        reply(id, .refuse(refuse))
    }

    /// Whether the peer is still there.
    @discardableResult
    func reply(_ id: TransferID, _ body: WireBulkMessage.OneOf_Body, _ payload: Frame? = nil) -> Bool {
        var header = WireBulkMessage()
        header.transfer = id.number
        header.body = body
        guard let frame = try? Frame(serializing: header) else { return false }
        let frames = [id.peer, frame] + (payload.map { [$0] } ?? [])
        return send(Message(frames))
    }

    @discardableResult
    private func send(_ message: Message) -> Bool {
        guard waiting[message[0]] == nil else {
            waiting[message[0]]?.append(message)
            guard waiting[message[0], default: []].count <= Self.longestQueue else {
                forget(message[0])
                return false
            }
            return true
        }
        switch try? socket?.trySend(message) {
        case .sent: return true
        case .wouldBlock:
            waiting[message[0]] = [message]
            retryLater()
            return true
        case .unreachable, nil:
            forget(message[0])
            return false
        }
    }

    private func retryLater() {
        guard retry == nil else { return }
        retry = loop.schedule(after: .milliseconds(5), owner: self) { server in
            server.retry = nil
            let queues = server.waiting
            server.waiting = [:]
            for message in queues.values.joined() { server.send(message) }
        }
    }

    private func forget(_ peer: Frame) {
        for id in outgoing.keys.filter({ $0.peer == peer }) { outgoing[id] = nil }
        for id in incoming.keys.filter({ $0.peer == peer }) { incoming[id] = nil }
        for id in inquiries.keys.filter({ $0.peer == peer }) { inquiries[id] = nil }
        waiting[peer] = nil
    }
}
