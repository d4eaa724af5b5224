import BenchmarkSupport
import Glibc
import Shared
import SwiftProtobuf
import SystemPackage
import ZeroMQ

/// Many workers in one process, each with a key and a connection of its own, whose builds take no time.
actor Fleet {
    /// One worker.
    private final class Peer {
        var socket: Socket
        var isWelcome = false
        /// Ends of builds that were given before the start.
        var held: [ZeroMQ.Message] = []

        init(_ socket: consuming Socket) { self.socket = consume socket }
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private let slots: Int32
    private let site: Site
    private let number: Int
    private var peers: [Peer] = []
    private var hasBegun = false
    private let blob: WireBlob

    /// Workers that one loop serves: every wakeup looks at all of its sockets.
    static let size = 25

    /// - Parameter number: of the fleet, unlike any other's.
    init(_ workers: Range<Int>, number: Int, slots: Int32, site: Site, context: Context, loop: EventLoop) throws {
        self.loop = loop
        self.slots = slots
        self.site = site
        self.number = number
        blob = Blob(digest: ContentHasher.digest([1]), size: 1 << 20).wire
        let server = try PublicKeyFile(contentsOf: site.keys.appending("head.pub")).key
        for worker in workers {
            let secret = try SecretKeyFile(contentsOf: site.keys.appending("\(Site.worker(worker)).secret"))
            let options = SocketSettings.controlClient(secret.pair, server: server)
            peers.append(Peer(try Socket(context, kind: .dealer, options: options)))
        }
    }

    /// Connects all, and says so in a file when they are welcome.
    func start() throws {
        for (index, peer) in peers.enumerated() {
            try peer.socket.register(on: loop, owner: self) { fleet, _ in fleet.serve(index) }
            try peer.socket.connect(to: site.control)
            sayHello(index)
        }
        watch()
    }

    private func sayHello(_ index: Int) {
        var hello = WireHello()
        hello.protocolMin = 3
        hello.protocolMax = 3
        hello.version = "benchmark"
        hello.hostname = "host-\(number)-\(index)"
        hello.slots = slots
        hello.cores = slots
        hello.memory = 64 << 30
        hello.diskFree = 1 << 40
        hello.engine = "none"
        guard (try? peers[index].socket.trySend(Self.message(.hello(hello)))) != .sent else { return }
        // Not connected yet.
        loop.schedule(after: .milliseconds(20), owner: self) { $0.sayHello(index) }
    }

    private func watch() {
        if !hasBegun {
            if peers.allSatisfy(\.isWelcome) { site.mark("ready-\(number)") }
            if site.isMarked("begin") { begin() }
        }
        loop.schedule(after: .milliseconds(20), owner: self) { $0.watch() }
    }

    private func begin() {
        hasBegun = true
        for peer in peers {
            for message in peer.held { send(message, peer) }
            peer.held = []
        }
    }

    private func serve(_ index: Int) {
        let peer = peers[index]
        while let message = try? peer.socket.tryReceive(),
            let wire = try? message[0].parse(WireCoordinatorMessage.self)
        {
            if case .several(let several) = wire.body {
                for message in several.messages { answer(message, peer) }
            } else {
                answer(wire, peer)
            }
        }
    }

    private func answer(_ message: WireCoordinatorMessage, _ peer: Peer) {
        switch message.body {
        case .welcome: peer.isWelcome = true
        case .assign(let assign):
            var finished = WireFinished()
            finished.attempt = assign.attempt
            finished.package = blob
            finished.resources.wallMs = 1000
            finished.resources.cpuMs = 2000
            finished.resources.peakMemory = 1 << 28
            finished.resources.disk = 1 << 26
            let answer = Self.message(.finished(finished))
            if hasBegun { send(answer, peer) } else { peer.held.append(answer) }
        case .revoke(let revoke): print("an attempt was revoked: \(revoke.reason)")
        case .error(let error): print("the coordinator says: \(error.message)")
        default: break
        }
    }

    private func send(_ message: ZeroMQ.Message, _ peer: Peer) {
        if (try? peer.socket.trySend(message)) != .sent { print("a worker could not send") }
    }

    private static func message(_ body: WireClientMessage.OneOf_Body) -> ZeroMQ.Message {
        var wire = WireClientMessage()
        wire.body = body
        return ZeroMQ.Message((try? wire.serializedBytes() as [UInt8]) ?? [])
    }
}
