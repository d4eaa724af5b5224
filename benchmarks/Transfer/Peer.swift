import BenchmarkSupport
import Glibc
import Logging
import Shared
import SwiftProtobuf
import SystemPackage
import Worker
import ZeroMQ

/// The sockets of one worker that holds a lease; the transfers on its bulk connection are those of the real one.
struct Peer: Sendable {
    let link: BulkLink
    let attempt: AttemptID
    private let control: AsyncSocket
    private let bulk: AsyncSocket
    private let serving: Task<Void, any Error>

    /// Says Hello, and waits for an attempt.
    init(_ number: Int, site: Site, context: Context, loop: EventLoop) async throws {
        let (own, head) = try site.secrets(of: number)
        control = AsyncSocket(
            try Socket(context, kind: .dealer, options: SocketSettings.controlClient(own.pair, server: head.key)),
            on: loop)
        bulk = AsyncSocket(
            try Socket(context, kind: .dealer, options: SocketSettings.bulkClient(own.pair, server: head.key)),
            on: loop)
        let link = BulkLink(bulk, logger: Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) })
        self.link = link
        try await control.connect(to: site.control)
        try await bulk.connect(to: site.bulk)
        var hello = WireClientMessage()
        hello.hello = WireHello()
        hello.hello.protocolMin = 3
        hello.hello.protocolMax = 3
        hello.hello.hostname = "host-\(number)"
        hello.hello.slots = 1
        hello.hello.cores = 1
        hello.hello.memory = 64 << 30
        hello.hello.diskFree = 1 << 40
        try await control.send(Message(try hello.serializedBytes() as [UInt8]))
        var attempt: AttemptID?
        while attempt == nil {
            let wire: WireCoordinatorMessage = try await control.receive()[0].parse(WireCoordinatorMessage.self)
            let messages = if case .several(let several) = wire.body { several.messages } else { [wire] }
            for case .assign(let assign)? in messages.map(\.body) { attempt = try assign.attempt.domain() }
        }
        guard let attempt else { throw BenchmarkError("no attempt was leased") }
        self.attempt = attempt
        serving = Task { try await link.run() }
    }

    func download(_ blob: Blob, to file: FilePath) async throws {
        unlink(file.string)
        try await Download(link: link, blob: blob, part: file).run()
    }

    func upload(_ blob: Blob, from file: FilePath) async throws {
        try await Upload(link: link, blob: blob, attempt: attempt, file: file).run()
    }

    func close() async {
        serving.cancel()
        await bulk.close()
        await control.close()
    }
}
