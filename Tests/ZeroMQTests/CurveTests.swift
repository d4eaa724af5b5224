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
            try await client.connect(to: try await router.bind(to: "tcp://127.0.0.1:*"))
            try await client.send(Message("hello"))
            try await eventually("the denial is counted") { handler.counts.denied >= 1 }
            #expect(try await receive(from: router, within: .milliseconds(300)) == nil)
            #expect(handler.counts.accepted == 0)
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
