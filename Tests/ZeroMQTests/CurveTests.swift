import Glibc
import Synchronization
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct CurveTests {
    @Test func `A known key is let in under the name that the policy gave it`() async throws {
        try await withLoop { context, loop in
            let server = try CurveKeyPair.generate()
            let known = try CurveKeyPair.generate()
            let handler = try await ZAPHandler.start(in: context, on: loop) { request in
                request.publicKey == known.publicKey && request.domain == "farm" && request.address == "127.0.0.1"
                    ? .accept(userID: "worker-1") : .deny(reason: "unknown key")
            }
            let router = AsyncSocket(
                try Socket(
                    context, kind: .router,
                    options: .with {
                        $0.curve = .server(server.secretKey)
                        $0.zapDomain = "farm"
                    }), on: loop)
            let client = AsyncSocket(
                try Socket(
                    context, kind: .dealer, options: .with { $0.curve = .client(known, server: server.publicKey) }),
                on: loop)
            try await client.connect(to: try await router.bind(to: "tcp://127.0.0.1:*"))
            try await client.send(Message("hello"))
            let request = try await router.receive()
            #expect(request.userID == "worker-1")
            #expect(request.peerAddress == "127.0.0.1")
            try await router.send([request[0], Frame("welcome")])
            #expect(try await client.receive() == Message("welcome"))
            #expect(handler.counts == .init(accepted: 1, denied: 0, malformed: 0))
        }
    }

    @Test func `An unknown key gets nothing and is counted`() async throws {
        try await withLoop { context, loop in
            let server = try CurveKeyPair.generate()
            let unknown = try CurveKeyPair.generate()
            let handler = try await ZAPHandler.start(in: context, on: loop) { _ in .deny(reason: "unknown key") }
            let router = AsyncSocket(
                try Socket(context, kind: .router, options: .with { $0.curve = .server(server.secretKey) }), on: loop)
            let client = AsyncSocket(
                try Socket(
                    context, kind: .dealer, options: .with { $0.curve = .client(unknown, server: server.publicKey) }),
                on: loop)
            let endpoint = try await router.bind(to: "tcp://127.0.0.1:*")
            let counters = try await router.monitorConnections()
            let sending = Task { try await client.send(Message("hello")) }
            try await client.connect(to: endpoint)
            try await eventually("the denial is counted") {
                handler.counts.denied >= 1 && counters.counts.refused >= 1
            }
            #expect(try await receive(from: router, within: .milliseconds(300)) == nil)
            #expect(handler.counts.accepted == 0)
            #expect(counters.counts.established == 0)
            sending.cancel()
        }
    }

    @Test func `A peer that is turned away for now gets in later without doing anything`() async throws {
        try await withLoop { context, loop in
            let server = try CurveKeyPair.generate()
            let keys = try CurveKeyPair.generate()
            let asked = Mutex(0)
            let handler = try await ZAPHandler.start(in: context, on: loop) { _ in
                asked.withLock { count in
                    count += 1
                    return count < 3 ? .deferred(reason: "not yet") : .accept(userID: "late")
                }
            }
            let router = AsyncSocket(
                try Socket(
                    context, kind: .router,
                    options: .with {
                        $0.curve = .server(server.secretKey)
                        $0.handshakeInterval = .milliseconds(100)
                    }), on: loop)
            let client = AsyncSocket(
                try Socket(
                    context, kind: .dealer,
                    options: .with {
                        $0.curve = .client(keys, server: server.publicKey)
                        $0.reconnectInterval = .milliseconds(5)
                    }), on: loop)
            try await client.connect(to: try await router.bind(to: "tcp://127.0.0.1:*"))
            try await client.send(Message("hello"))
            #expect(try await router.receive().userID == "late")
            #expect(handler.counts == .init(accepted: 1, denied: 2))
        }
    }

    // Without CURVE there is no such promise: libzmq takes what does not begin as ZMTP for the protocol's first version,
    // which has no handshake.
    @Test func `Random bytes on the port change nothing but a counter`() async throws {
        try await withLoop { context, loop in
            let server = try CurveKeyPair.generate()
            let keys = try CurveKeyPair.generate()
            let handler = try await ZAPHandler.start(in: context, on: loop) { _ in .accept(userID: "friend") }
            let router = AsyncSocket(
                try Socket(
                    context, kind: .router,
                    options: .with {
                        $0.curve = .server(server.secretKey)
                        $0.handshakeInterval = .milliseconds(200)
                    }), on: loop)
            let endpoint = try await router.bind(to: "tcp://127.0.0.1:*")
            let counters = try await router.monitorConnections()
            let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
            var generator = SystemRandomNumberGenerator()
            let count = 20
            for number in 0..<count {
                var bytes = (0..<Int.random(in: 1...5000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
                // Half of them begin as a ZMTP peer would.
                if number.isMultiple(of: 2) { bytes = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3] + bytes }
                try sendRaw(bytes, toPort: port)
            }
            try await eventually("the failures are counted") { counters.counts.lost >= count }
            #expect(counters.counts.failed > 0)
            #expect(try await receive(from: router, within: .milliseconds(100)) == nil)
            #expect(counters.counts.established == 0)
            #expect(handler.counts == .init())

            let client = AsyncSocket(
                try Socket(
                    context, kind: .dealer,
                    options: .with { $0.curve = .client(keys, server: server.publicKey) }), on: loop)
            try await client.connect(to: endpoint)
            try await client.send(Message("still there?"))
            #expect(try await router.receive()[1] == Frame("still there?"))
        }
    }

    @Test func `Only one handler serves a context`() async throws {
        try await withLoop { context, loop in
            let first = try await ZAPHandler.start(in: context, on: loop) { _ in .deny(reason: "") }
            await #expect(throws: ZeroMQError.self) {
                _ = try await ZAPHandler.start(in: context, on: loop) { _ in .deny(reason: "") }
            }
            withExtendedLifetime(first) {}
        }
    }

    @Test func `Requests that are not by the protocol are ignored and counted`() async throws {
        try await withLoop { context, loop in
            let handler = try await ZAPHandler.start(in: context, on: loop) { _ in .accept(userID: "anybody") }
            let peer = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await peer.connect(to: "inproc://zeromq.zap.01")
            let malformed: [[String]] = [
                ["no delimiter"], ["", "1.0"], ["", "2.0", "1", "", "127.0.0.1", "", "NULL"],
                ["", "1.0", "1", "", "127.0.0.1", "", "CURVE", "short"],
                ["", "1.0", "1", "", "127.0.0.1", "", "MAGIC"],
            ]
            for request in malformed { try await peer.send(request.message) }
            try await peer.send(["", "1.0", "7", "", "127.0.0.1", "", "NULL"].message)
            #expect(try await peer.receive() == ["", "1.0", "7", "200", "OK", "anybody", ""].message)
            #expect(handler.counts == .init(accepted: 1, denied: 0, malformed: malformed.count))
        }
    }

    @Test func `Keys are read and written as Z85`() throws {
        // The server key of the CURVE examples in libzmq's own manual, zmq_curve(7).
        let publicText = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        let secretText = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
        let secret = try CurveSecretKey(z85: secretText)
        #expect(try secret.publicKey() == CurvePublicKey(z85: publicText))
        #expect(try CurvePublicKey(z85: publicText).z85 == publicText)
        #expect(secret.exposedZ85 == secretText)
        let pair = try CurveKeyPair.generate()
        #expect(try CurveKeyPair(secretKey: pair.secretKey).publicKey == pair.publicKey)
        #expect(try CurvePublicKey(z85: "\(pair.publicKey)") == pair.publicKey)
    }

    @Test(arguments: [
        ("", CurveKeyError.length(0)), ("abc", .length(3)), (String(repeating: "#", count: 40), .notZ85),
        (String(repeating: " ", count: 40), .notZ85), (String(repeating: "é", count: 20), .notZ85),
    ])
    func `A text that is no key is refused with the reason`(text: String, error: CurveKeyError) {
        #expect(throws: error) { try CurvePublicKey(z85: text) }
        #expect(throws: error) { try CurveSecretKey(z85: text) }
    }

    @Test func `A secret key does not print itself`() throws {
        let pair = try CurveKeyPair.generate()
        let text = pair.secretKey.exposedZ85
        var dumped = ""
        dump(pair, to: &dumped)
        for shown in ["\(pair.secretKey)", String(reflecting: pair.secretKey), "\(pair)", dumped] {
            #expect(!shown.contains(text))
            #expect(!shown.contains("\(pair.secretKey.exposedZ85.utf8.first ?? 0), "))
            #expect(shown.contains("redacted"))
        }
    }
}
