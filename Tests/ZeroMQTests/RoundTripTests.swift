import Foundation
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct RoundTripTests {
    @Test(arguments: ["tcp://127.0.0.1:*", "inproc://round-trip", "ipc://"])
    func `A request reaches a router and its answer comes back`(endpoint: String) async throws {
        let path = NSTemporaryDirectory() + "zmq-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await withLoop { context, loop in
            let server = AsyncSocket(try Socket(context, kind: .router), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            let bound = try await server.bind(to: endpoint == "ipc://" ? endpoint + path : endpoint)
            try await client.connect(to: bound)

            try await client.send(["one", "", "three"].message)
            var request = try await server.receive()
            let peer = request.removeFirst()
            #expect(request == ["one", "", "three"].message)
            try await server.send([peer, Frame("answer")])
            #expect(try await client.receive() == Message("answer"))
        }
    }

    @Test func `A wildcard port is told`() throws {
        var socket = try Socket(try Context(), kind: .pull)
        try socket.bind(to: "tcp://127.0.0.1:*")
        #expect(try socket.lastEndpoint().firstMatch(of: #/^tcp://127\.0\.0\.1:\d+$/#) != nil)
    }

    @Test func `Large frames arrive whole and are not copied on the way in or out`() async throws {
        try await withLoop { context, loop in
            let size = 8 << 20
            let server = AsyncSocket(try Socket(context, kind: .pull), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .push), on: loop)
            let bytes = [UInt8]((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let frame = Frame(bytes)
            let source = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            #expect(frame.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == source)

            try await client.connect(to: try await server.bind(to: "tcp://127.0.0.1:*"))
            for _ in 0..<3 { try await client.send([frame]) }
            for _ in 0..<3 {
                let message = try await server.receive()
                #expect(message[0].count == size)
                #expect(message[0] == frame)
            }
            let local = AsyncSocket(try Socket(context, kind: .pair), on: loop)
            let other = AsyncSocket(try Socket(context, kind: .pair), on: loop)
            try await local.bind(to: "inproc://no-copy")
            try await other.connect(to: "inproc://no-copy")
            try await other.send([frame])
            let received = try await local.receive()
            #expect(received[0].withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == source)
        }
    }

    @Test func `The owner of lent memory lives until libzmq is done with it, and no longer`() async throws {
        final class Owner: Sendable {
            let bytes = [UInt8](repeating: 7, count: 100_000)
        }
        try await withLoop { context, loop in
            let server = AsyncSocket(try Socket(context, kind: .pull), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .push), on: loop)
            try await client.connect(to: try await server.bind(to: "tcp://127.0.0.1:*"))
            nonisolated(unsafe) weak var watched: Owner?
            func send() async throws {
                let owner = Owner()
                watched = owner
                let frame = owner.bytes.withUnsafeBytes { Frame(unsafeBytes: $0, ownedBy: owner) }
                try await client.send([frame])
            }
            try await send()
            let message = try await server.receive()
            #expect(message[0].bytes == [UInt8](repeating: 7, count: 100_000))
            try await eventually("the owner is released") { watched == nil }
        }
    }

    @Test func `Thousands of messages keep their order`() async throws {
        try await withLoop { context, loop in
            let count: UInt32 = 20_000
            let server = AsyncSocket(try Socket(context, kind: .pull), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .push), on: loop)
            try await client.connect(to: try await server.bind(to: "tcp://127.0.0.1:*"))
            async let sending: Void = withTaskExecutorPreference(loop) {
                for number in 0..<count { try await client.send(Message("\(number)")) }
            }
            var expected: UInt32 = 0
            for try await message in server.messages {
                #expect(message[0].text == "\(expected)")
                expected += 1
                if expected == count { break }
            }
            try await sending
        }
    }

    @Test func `What was published reaches who subscribed to it`() async throws {
        try await withLoop { context, loop in
            let publisher = AsyncSocket(try Socket(context, kind: .xpub), on: loop)
            let subscriber = AsyncSocket(try Socket(context, kind: .sub), on: loop)
            try await subscriber.subscribe(to: Array("b".utf8))
            try await subscriber.connect(to: try await publisher.bind(to: "tcp://127.0.0.1:*"))
            #expect(try await publisher.receive()[0].bytes == [1] + Array("b".utf8))
            for text in ["a1", "b1", "c1", "b2"] { try await publisher.send(Message(text)) }
            #expect(try await subscriber.receive() == Message("b1"))
            #expect(try await subscriber.receive() == Message("b2"))
        }
    }

    @Test func `A socket can be used without a loop`() throws {
        let context = try Context()
        var left = try Socket(context, kind: .pair)
        var right = try Socket(context, kind: .pair)
        try left.bind(to: "inproc://plain")
        #expect(try left.trySend(Message("x")) == .wouldBlock)
        try right.connect(to: "inproc://plain")
        #expect(try right.tryReceive() == nil)
        #expect(try left.trySend(["a", "b"].message) == .sent)
        #expect(try right.readiness().contains(.readable))
        #expect(try right.tryReceive() == ["a", "b"].message)
        #expect(throws: ZeroMQError.self) { try left.trySend([]) }
    }
}

extension [String] {
    var message: Message { Message(map { Frame($0) }) }
}
