import Glibc
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct AsyncSocketTests {
    @Test func `A cancelled receive ends at once and loses no message`() async throws {
        try await withLoop { context, loop in
            let server = AsyncSocket(try Socket(context, kind: .pull), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .push), on: loop)
            try await client.connect(to: try await server.bind(to: "inproc://cancel"))
            for number in 0..<50 {
                let waiting = Task { try await server.receive() }
                if number.isMultiple(of: 2) { await Task.yield() }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            try await client.send(Message("kept"))
            #expect(try await server.receive() == Message("kept"))
        }
    }

    @Test func `A send waits for a peer, and can be cancelled`() async throws {
        try await withLoop { context, loop in
            let client = AsyncSocket(
                try Socket(
                    context, kind: .dealer, options: .with { $0.sendHighWaterMark = 1 }), on: loop)
            let waiting = Task { try await client.send(Message("never")) }
            try await Task.sleep(for: .milliseconds(20))
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }

            let sending = Task { try await client.send(Message("hello")) }
            let server = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await client.connect(to: try await server.bind(to: "tcp://127.0.0.1:*"))
            try await sending.value
            #expect(try await server.receive() == Message("hello"))
        }
    }

    @Test func `Closing ends those who wait`() async throws {
        try await withLoop { context, loop in
            let socket = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            let receiving = Task { try await socket.receive() }
            let sending = Task { try await socket.send(Message("x")) }
            let iterating = Task {
                for try await _ in socket.messages {}
            }
            try await Task.sleep(for: .milliseconds(20))
            await socket.close()
            let error = await #expect(throws: ZeroMQError.self) { try await receiving.value }
            #expect(error?.isClosed == true)
            await #expect(throws: ZeroMQError.self) { try await sending.value }
            try await iterating.value
            await #expect(throws: ZeroMQError.self) { try await socket.bind(to: "inproc://closed") }
        }
    }

    @Test func `A mandatory router reports a peer that is not there`() async throws {
        try await withLoop { context, loop in
            let router = AsyncSocket(
                try Socket(context, kind: .router, options: .with { $0.routerMandatory = true }), on: loop)
            try await router.bind(to: "tcp://127.0.0.1:*")
            let error = await #expect(throws: ZeroMQError.self) {
                try await router.send(["nobody", "hello"].message)
            }
            #expect(error?.isUnreachable == true)
        }
    }

    @Test func `A router waits for a peer whose queue is full`() async throws {
        try await withLoop { context, loop in
            let router = AsyncSocket(
                try Socket(
                    context, kind: .router,
                    options: .with {
                        $0.routerMandatory = true
                        $0.sendHighWaterMark = 2
                        $0.sendBuffer = 4096
                    }), on: loop)
            let peer = AsyncSocket(
                try Socket(
                    context, kind: .dealer,
                    options: .with {
                        $0.routingID = Array("peer".utf8)
                        $0.receiveHighWaterMark = 2
                        $0.receiveBuffer = 4096
                    }), on: loop)
            try await peer.connect(to: try await router.bind(to: "tcp://127.0.0.1:*"))
            try await peer.send(Message("here"))
            _ = try await router.receive()
            let payload = Frame([UInt8](repeating: 1, count: 100_000))
            let sending = Task {
                for _ in 0..<100 { try await router.send([Frame("peer"), payload]) }
            }
            for _ in 0..<100 { #expect(try await peer.receive()[0].count == 100_000) }
            try await sending.value
        }
    }

    @Test func `A peer that sends more than allowed is dropped`() async throws {
        try await withLoop { context, loop in
            let server = AsyncSocket(
                try Socket(context, kind: .pull, options: .with { $0.maxMessageSize = 1000 }), on: loop)
            let client = AsyncSocket(try Socket(context, kind: .push), on: loop)
            try await client.connect(to: try await server.bind(to: "tcp://127.0.0.1:*"))
            try await client.send(Message([UInt8](repeating: 0, count: 1000)))
            #expect(try await server.receive()[0].count == 1000)
            try await client.send(Message([UInt8](repeating: 0, count: 1001)))
            #expect(try await receive(from: server, within: .milliseconds(200)) == nil)
        }
    }

    @Test func `Errors name what was tried, on what, and why`() throws {
        let context = try Context()
        var first = try Socket(context, kind: .pull)
        try first.bind(to: "inproc://taken")
        let error = #expect(throws: ZeroMQError.self) {
            var second = try Socket(context, kind: .pull)
            try second.bind(to: "inproc://taken")
        }
        #expect(error?.code == EADDRINUSE)
        #expect("\(try #require(error))".contains("bind to inproc://taken: Address already in use"))
        #expect(throws: ZeroMQError.self) {
            _ = try Socket(context, kind: .pull, options: .with { $0.routerMandatory = true })
        }
        #expect(throws: ZeroMQError.self) {
            _ = try Socket(context, kind: .pull, options: .with { $0.linger = .seconds(-1) })
        }
    }

    @Test func `A context that is shut down ends what its sockets do`() async throws {
        try await withLoop { context, loop in
            let socket = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            let waiting = Task { try await socket.receive() }
            try await Task.sleep(for: .milliseconds(20))
            context.shutdown()
            let error = await #expect(throws: ZeroMQError.self) { try await waiting.value }
            #expect(error?.isContextTerminated == true)
        }
    }
}
