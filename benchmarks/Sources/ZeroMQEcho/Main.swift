import CEcho
import Foundation
import ZeroMQ

// Measures what Swift costs: a ROUTER that sends every message back, once as an actor on an event loop, once as a bare
// zmq_poll loop in C, each with the same client in C, in turns, over TCP on loopback. Prints "NAME: VALUE UNIT" lines.

/// The server under test, as one would write it.
private actor EchoServer {
    private nonisolated let loop: EventLoop
    private var socket: Socket
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ context: Context, loop: EventLoop, curve: CurveRole?) throws {
        var options = SocketOptions()
        options.curve = curve
        options.sendHighWaterMark = 0
        self.loop = loop
        socket = try Socket(context, kind: .router, options: options)
    }

    func start() throws -> String {
        try socket.bind(to: "tcp://127.0.0.1:*")
        try socket.register(on: loop, owner: self) { server, _ in server.serve() }
        return try socket.lastEndpoint()
    }

    private func serve() {
        do {
            var count = 0
            while count < 64, let message = try socket.tryReceive() {
                _ = try socket.trySend(message)
                count += 1
            }
        } catch {
            print("echo failed: \(error)")
        }
    }
}

/// The keys of both sides.
private struct Keys {
    let server: CurveKeyPair
    let client: CurveKeyPair

    init() throws {
        server = try .generate()
        client = try .generate()
    }
}

private struct Figures {
    var latency: [Double] = []
    var rate: [Double] = []

    /// Measures a server, with 200 bytes a message.
    mutating func measure(_ endpoint: String, _ keys: Keys?, messages: Int32) {
        let server = keys?.server.publicKey.z85
        let own = keys?.client.publicKey.z85
        let secret = keys?.client.secretKey.exposedZ85
        latency.append(cecho_latency(endpoint, server, own, secret, 200, 5000))
        rate.append(cecho_rate(endpoint, server, own, secret, 200, messages, 1000))
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

@main
struct Main {
    static func main() async throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
        for (name, keys) in [("plain", nil), ("curve", try Keys())] {
            var swift = Figures()
            var bare = Figures()
            for _ in 0..<rounds {
                try await measureSwift(&swift, keys)
                measureBare(&bare, keys)
            }
            report(name, swift, bare)
        }
    }

    private static func measureSwift(_ figures: inout Figures, _ keys: Keys?) async throws {
        let loop = try EventLoop.start(name: "echo")
        let server = try EchoServer(Context(), loop: loop, curve: keys.map { .server($0.server.secretKey) })
        figures.measure(try await server.start(), keys, messages: messages(keys))
        await loop.shutdown()
    }

    private static func measureBare(_ figures: inout Figures, _ keys: Keys?) {
        var bound = [CChar](repeating: 0, count: 256)
        guard let server = cecho_start("tcp://127.0.0.1:*", keys?.server.secretKey.exposedZ85, &bound, 256) else {
            return
        }
        figures.measure(
            String(decoding: bound.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self), keys,
            messages: messages(keys))
        cecho_stop(server)
    }

    private static func messages(_ keys: Keys?) -> Int32 { keys == nil ? 500_000 : 150_000 }

    private static func report(_ name: String, _ swift: Figures, _ bare: Figures) {
        let figures = [
            ("swift", swift), ("bare", bare),
        ].map { ($0, Figures.median($1.latency), Figures.median($1.rate)) }
        for (server, latency, rate) in figures {
            print("echo-\(name)-latency-\(server): \(String(format: "%.1f", latency)) us")
            print("echo-\(name)-rate-\(server): \(String(format: "%.0f", rate)) messages/s")
        }
        print("echo-\(name)-latency-ratio: \(String(format: "%.2f", figures[0].1 / figures[1].1)) x")
        print("echo-\(name)-rate-ratio: \(String(format: "%.2f", figures[0].2 / figures[1].2)) x")
    }
}
