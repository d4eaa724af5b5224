import Glibc
import Logging
import Shared
import SwiftProtobuf
import Synchronization
import SystemPackage
import Testing
import ZeroMQ

@testable import Worker

/// Plays the coordinator's part of the protocol to a real worker over real sockets, and remembers what it was told.
actor FakeCoordinator {
    struct Log: Sendable { var bytes: [UInt8] = [] }
    private struct Serving {
        var file: FilePath
        var size: Int64
        var offset: Int64
        var peer: Frame
    }
    private struct Taking {
        var blob: Blob
        var bytes: [UInt8]
        var peer: Frame
    }

    nonisolated let directory: FilePath
    nonisolated let keys: CurveKeyPair
    private var loop: EventLoop?
    private var context: Context?
    private var zap: ZAPHandler?
    private var control: AsyncSocket?
    private var bulk: AsyncSocket?
    private var tasks: [Task<Void, Never>] = []
    private let (connectionEvents, connections) = AsyncStream<ConnectionEvent>.makeStream()
    private let (lastWords, lastWord) = AsyncStream<Void>.makeStream()
    private(set) var controlEndpoint = "tcp://127.0.0.1:*"
    private(set) var bulkEndpoint = "tcp://127.0.0.1:*"

    private var worker: Frame?
    private(set) var hellos: [WireHello] = []
    private(set) var renews: [WireRenew] = []
    private(set) var finished: [UInt64: WireFinished] = [:]
    private(set) var goodbyes = 0
    private(set) var logs: [UInt64: [UInt8]] = [:]
    private(set) var blobs: [String: FilePath] = [:]
    private(set) var uploads: [String: [UInt8]] = [:]
    /// Distfiles that were offered or are served.
    var distfileDigests: Set<BLAKE2bDigest> { Set(distfiles.keys) }
    private var serving: [UInt64: Serving] = [:]
    private var taking: [UInt64: Taking] = [:]
    /// What Welcome adopts; nil: all that Hello names.
    private var adopts: Set<UInt64>?
    /// Ends are acknowledged.
    private var settles = true
    /// Every so many chunks, in both directions, one is lost.
    private var loses: Int?
    /// Bytes of a log that are kept.
    private var largestLog = Int.max
    private var chunks = 0
    private(set) var wants: [WireWant] = []
    /// What is known as this distfile.
    private var distfiles: [BLAKE2bDigest: Blob] = [:]
    private(set) var locates: [WireLocate] = []
    /// How often a question for a distfile is left without an answer, as when another worker fetches it.
    private var unanswered = 0
    /// Transfers that the worker gave up.
    private(set) var abandoned = 0

    init() throws {
        var template = Array("/tmp/binfarm-worker-tests.XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw Errno(rawValue: errno)
        }
        directory = FilePath(String(cString: made))
        keys = try CurveKeyPair.generate()
        let key = PublicKeyFile(name: "coordinator", role: .coordinator, key: keys.publicKey)
        try AtomicFile.write(Array(key.text.utf8), to: directory.appending("coordinator.pub"))
        _ = try SecretKeyFile.create(name: "w1", role: .worker, in: directory)
    }

    func set(adopts: Set<UInt64>?) { self.adopts = adopts }
    func set(settles: Bool) { self.settles = settles }
    func set(loses: Int?) { self.loses = loses }
    func set(unanswered: Int) { self.unanswered = unanswered }
    func set(largestLog: Int) { self.largestLog = largestLog }

    /// Binds, the second time at the same ports.
    func start() async throws {
        let loop = try EventLoop.start(name: "fake-coordinator")
        let context = try Context()
        let known = try PublicKeyFile(contentsOf: directory.appending("w1.pub"))
        zap = try await ZAPHandler.start(in: context, on: loop) { request in
            request.publicKey == known.key ? .accept(userID: known.name) : .deny(reason: "unknown key")
        }
        var options = SocketOptions()
        options.curve = .server(keys.secretKey)
        options.linger = .zero
        let control = AsyncSocket(try Socket(context, kind: .router, options: options), on: loop)
        let bulk = AsyncSocket(try Socket(context, kind: .router, options: options), on: loop)
        _ = try await control.monitorConnections { [connections] in connections.yield($0) }
        controlEndpoint = try await control.bind(to: controlEndpoint)
        bulkEndpoint = try await bulk.bind(to: bulkEndpoint)
        (self.loop, self.context, self.control, self.bulk) = (loop, context, control, bulk)
        tasks = [
            Task { while let message = try? await control.receive() { await self.handleControl(message) } },
            Task { while let message = try? await bulk.receive() { await self.handleBulk(message) } },
        ]
    }

    /// As a SIGKILL would: no word to anybody; what is in memory about the worker is gone.
    func stop() async {
        for task in tasks { task.cancel() }
        await control?.close()
        await bulk?.close()
        await zap?.close()
        (zap, control, bulk, context, worker) = (nil, nil, nil, nil, nil)
        serving = [:]
        taking = [:]
        await loop?.shutdown()
        loop = nil
    }

    /// Comes back when the worker has hung up and all that it said on the control socket has been heard.
    func hearOut() async throws {
        for await event in connectionEvents where event.kind == .disconnected { break }
        guard let context, let loop else { throw Errno.socketNotConnected }
        // A socket takes turns among its peers: what another says now comes behind what waits of the first.
        let worker = try SecretKeyFile(contentsOf: directory.appending("w1.secret")).pair
        let options = SocketSettings.controlClient(worker, server: keys.publicKey)
        let socket = AsyncSocket(try Socket(context, kind: .dealer, options: options), on: loop)
        try await socket.connect(to: controlEndpoint)
        var wire = WireClientMessage()
        wire.status = WireStatusRequest()
        let question = ZeroMQ.Message(try wire.serializedBytes() as [UInt8])
        try await socket.send(question)
        for await _ in lastWords { break }
        await socket.close()
    }

    func configuration(state: String = "state", engine: String = "") async throws -> FilePath {
        let text = """
            coordinator: {control: "\(controlEndpoint)", bulk: "\(bulkEndpoint)", key: coordinator.pub}
            key: w1.secret
            state: \(state)
            slots: 2
            \(engine)

            """
        let path = directory.appending("worker.yaml")
        try AtomicFile.write(Array(text.utf8), to: path)
        return path
    }

    func serve(_ file: FilePath) throws -> Blob {
        let blob = try ContentHasher.blob(of: file)
        blobs[blob.digest.hex] = file
        return blob
    }

    /// Has a file as a distfile.
    func serve(_ file: FilePath, as distfile: Distfile) throws { distfiles[distfile.digest] = try serve(file) }

    func send(_ body: WireCoordinatorMessage.OneOf_Body) async throws {
        guard let worker, let control else { throw Errno.socketNotConnected }
        var message = WireCoordinatorMessage()
        message.body = body
        try await control.send([worker, Frame(try message.serializedBytes() as [UInt8])])
    }

    // MARK: Control

    private func handleControl(_ message: ZeroMQ.Message) async {
        guard message.count == 2, let wire = try? WireClientMessage(serializedBytes: message[1].bytes) else { return }
        switch wire.body {
        case .hello(let hello):
            worker = message[0]
            hellos.append(hello)
            var welcome = WireWelcome()
            welcome.protocol = 1
            welcome.name = message.userID ?? ""
            welcome.leaseMs = 3000
            welcome.adopted = hello.attempts.map(\.attempt).filter { adopts?.contains($0.fence) ?? true }
            try? await send(.welcome(welcome))
        case .renew(let renew) where worker != nil: renews.append(renew)
        case .finished(let end) where worker != nil:
            finished[end.attempt.fence] = end
            guard settles else { return }
            var settled = WireSettled()
            settled.attempt = end.attempt
            settled.accepted = true
            try? await send(.settled(settled))
        case .goodbye: goodbyes += 1
        case .status:
            lastWord.yield()
            // As the coordinator answers workers.
            var answer = WireCoordinatorMessage()
            answer.request = wire.request
            answer.error.code = .notAllowed
            if let bytes = try? answer.serializedBytes() as [UInt8] {
                try? await control?.send([message[0], Frame(bytes)])
            }
        default: break
        }
    }

    // MARK: Bulk

    private func isLost() -> Bool {
        chunks += 1
        return loses.map { chunks.isMultiple(of: $0) } ?? false
    }

    private func reply(_ peer: Frame, _ transfer: UInt64, _ body: WireBulkMessage.OneOf_Body, _ payload: Frame? = nil)
        async
    {
        var wire = WireBulkMessage()
        wire.transfer = transfer
        wire.body = body
        guard let bytes = try? wire.serializedBytes() as [UInt8] else { return }
        try? await bulk?.send(ZeroMQ.Message([peer, Frame(bytes)] + (payload.map { [$0] } ?? [])))
    }

    private func handleBulk(_ message: ZeroMQ.Message) async {
        guard message.count >= 2, let wire = try? WireBulkMessage(serializedBytes: message[1].bytes) else { return }
        let peer = message[0]
        switch wire.body {
        case .want(let want):
            wants.append(want)
            guard let file = blobs[want.sha256], let size = try? FileStatus.size(of: file) else {
                var refuse = WireRefuse()
                refuse.reason = "no such blob"
                return await reply(peer, wire.transfer, .refuse(refuse))
            }
            var begin = WireBegin()
            begin.size = size
            begin.offset = want.offset
            await reply(peer, wire.transfer, .begin(begin))
            serving[wire.transfer] = Serving(file: file, size: size, offset: want.offset, peer: peer)
            await pump(wire.transfer, Int(want.credit))
        case .locate(let locate):
            locates.append(locate)
            guard unanswered == 0 else { return unanswered -= 1 }
            if let blob = (try? locate.distfile.domain()).flatMap({ distfiles[$0.digest] }) {
                var located = WireLocated()
                located.blob = blob.wire
                await reply(peer, wire.transfer, .located(located))
            } else {
                await reply(peer, wire.transfer, .fetch(WireFetch()))
            }
        case .credit(let credit): await pump(wire.transfer, Int(credit.chunks))
        case .offer(let offer):
            guard let blob = try? offer.blob.domain() else { return }
            if let distfile = BLAKE2bDigest(bytes: offer.blake2B) { distfiles[distfile] = blob }
            if uploads[blob.digest.hex] != nil { return await reply(peer, wire.transfer, .stored(WireStored())) }
            let before = taking.first { $0.value.blob == blob }
            if let before { taking[before.key] = nil }
            taking[wire.transfer] = Taking(blob: blob, bytes: before?.value.bytes ?? [], peer: peer)
            var begin = WireBegin()
            begin.offset = Int64(before?.value.bytes.count ?? 0)
            begin.credit = 4
            await reply(peer, wire.transfer, .begin(begin))
        case .refuse:
            abandoned += 1
            serving[wire.transfer] = nil
        case .chunk(let chunk): await take(wire.transfer, chunk, message)
        case .log(let append):
            var log = logs[append.attempt.fence] ?? []
            let bytes = message.count == 3 ? message[2].bytes : []
            let skipped = log.count - Int(append.offset)
            if skipped >= 0, skipped < bytes.count, log.count < largestLog { log += bytes[skipped...] }
            logs[append.attempt.fence] = log
            var logged = WireLogAppended()
            logged.attempt = append.attempt
            logged.size = Int64(log.count)
            await reply(peer, 0, .logged(logged))
        default: break
        }
    }

    private func take(_ transfer: UInt64, _ chunk: WireChunk, _ message: ZeroMQ.Message) async {
        guard var state = taking[transfer], message.count == 3, !isLost() else { return }
        guard chunk.offset == state.bytes.count else { return }
        state.bytes += message[2].bytes
        taking[transfer] = state
        if state.bytes.count == state.blob.size {
            guard ContentHasher.digest(state.bytes) == state.blob.digest else {
                taking[transfer] = nil
                var refuse = WireRefuse()
                refuse.reason = "another digest"
                refuse.retry = true
                return await reply(state.peer, transfer, .refuse(refuse))
            }
            uploads[state.blob.digest.hex] = state.bytes
            taking[transfer] = nil
            await reply(state.peer, transfer, .stored(WireStored()))
        } else {
            var credit = WireCredit()
            credit.chunks = 1
            await reply(state.peer, transfer, .credit(credit))
        }
    }

    private func pump(_ transfer: UInt64, _ credit: Int) async {
        guard var state = serving[transfer], let file = try? FileDescriptor.open(state.file, .readOnly) else { return }
        defer { try? file.close() }
        for _ in 0..<credit where state.offset < state.size {
            var bytes = [UInt8](repeating: 0, count: Int(min(256 << 10, state.size - state.offset)))
            _ = try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: state.offset, into: $0) }
            var chunk = WireChunk()
            chunk.offset = state.offset
            state.offset += Int64(bytes.count)
            serving[transfer] = state
            if !isLost() { await reply(state.peer, transfer, .chunk(chunk), Frame(bytes)) }
        }
    }
}

/// Waits until something holds.
func eventually(_ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool)
    async throws
{
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, "not within \(limit): \(what)")
        try await Task.sleep(for: .milliseconds(20))
    }
}
