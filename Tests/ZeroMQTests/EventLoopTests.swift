import Synchronization
import Testing
import ZeroMQ

/// Owns a socket on a loop and echoes, as a program would.
private actor EchoServer {
    let loop: EventLoop
    private var socket: Socket
    private(set) var served = 0
    private(set) var alwaysOnLoop = true
    private(set) var wasStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ context: Context, on loop: EventLoop) throws {
        self.loop = loop
        socket = try Socket(context, kind: .router)
    }

    func start() throws -> String {
        try socket.bind(to: "tcp://127.0.0.1:*")
        try socket.register(on: loop, owner: self) { try? $0.serve($1) }
        return try socket.lastEndpoint()
    }

    private func serve(_ events: SocketEvents) throws {
        alwaysOnLoop = alwaysOnLoop && loop.isCurrentThread
        if events.contains(.stopped) { return wasStopped = true }
        for message in try socket.tryReceive(limit: 16) {
            served += 1
            _ = try socket.trySend(message)
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct EventLoopTests {
    @Test func `An actor on the loop serves its socket on the loop's thread`() async throws {
        try await withLoop { context, loop in
            let server = try EchoServer(context, on: loop)
            let client = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await client.connect(to: try await server.start())
            for number in 0..<500 { try await client.send(Message("\(number)")) }
            for number in 0..<500 { #expect(try await client.receive() == Message("\(number)")) }
            #expect(await server.served == 500)
            #expect(await server.alwaysOnLoop)
        }
    }

    @Test func `Tasks that prefer the loop run on it, before and after suspensions`() async throws {
        try await withLoop { context, loop in
            #expect(!loop.isCurrentThread)
            try await withTaskExecutorPreference(loop) {
                #expect(loop.isCurrentThread)
                try await Task.sleep(for: .milliseconds(5))
                #expect(loop.isCurrentThread)
                await Task.yield()
                #expect(loop.isCurrentThread)
            }
            #expect(!loop.isCurrentThread)
        }
    }

    @Test func `Timers fire in the order of their deadlines, and cancelled ones do not`() async throws {
        try await withLoop { _, loop in
            let order = Mutex<[Int]>([])
            await withCheckedContinuation { continuation in
                for delay in [50, 10, 30, 20, 40] {
                    loop.schedule(after: .milliseconds(delay)) { order.withLock { $0.append(delay) } }
                }
                loop.schedule(after: .milliseconds(25)) { order.withLock { $0.append(-1) } }.cancel()
                let late = loop.schedule(after: .milliseconds(55)) { order.withLock { $0.append(-2) } }
                loop.schedule(after: .milliseconds(45)) { late.cancel() }
                loop.schedule(after: .milliseconds(70)) { continuation.resume() }
            }
            #expect(order.withLock { $0 } == [10, 20, 30, 40, 50])
        }
    }

    @Test func `A timer is not early and not much late`() async throws {
        try await withLoop { _, loop in
            let start = ContinuousClock.now
            await withCheckedContinuation { continuation in
                loop.schedule(after: .milliseconds(20)) { continuation.resume() }
            }
            let passed = ContinuousClock.now - start
            #expect(passed >= .milliseconds(20))
            #expect(passed < .seconds(2))
        }
    }

    @Test func `Work from many threads is all done, one at a time`() async throws {
        try await withLoop { _, loop in
            // Not atomic on purpose: the loop alone touches it.
            nonisolated(unsafe) var count = 0
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<1000 { loop.execute { count += 1 } }
                    }
                }
            }
            let total = await withCheckedContinuation { continuation in
                loop.execute { continuation.resume(returning: count) }
            }
            #expect(total == 8000)
        }
    }

    @Test func `A busy socket does not keep another waiting`() async throws {
        try await withLoop { context, loop in
            let server = try EchoServer(context, on: loop)
            let endpoint = try await server.start()
            let other = try EchoServer(context, on: loop)
            let flood = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await flood.connect(to: endpoint)
            let flooding = Task {
                while true { try await flood.send(Message("flood")) }
            }
            let client = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await client.connect(to: try await other.start())
            for _ in 0..<20 {
                try await client.send(Message("x"))
                #expect(try await receive(from: client, within: .seconds(5)) == Message("x"))
            }
            flooding.cancel()
            _ = await flooding.result
        }
    }

    @Test func `Shutdown with open sockets and waiting tasks ends in time`() async throws {
        let context = try Context()
        let loop = try EventLoop.start(name: "shutdown")
        let server = try EchoServer(context, on: loop)
        let endpoint = try await server.start()
        let sockets = try (0..<5).map { _ in AsyncSocket(try Socket(context, kind: .dealer), on: loop) }
        for socket in sockets { try await socket.connect(to: endpoint) }
        let waiting = sockets.map { socket in Task { try await socket.receive() } }
        try await sockets[0].send(Message("x"))
        _ = try await waiting[0].value
        loop.schedule(after: .seconds(3600)) {}

        let start = ContinuousClock.now
        await loop.shutdown()
        for task in waiting.dropFirst() {
            await #expect(throws: ZeroMQError.self) { try await task.value }
        }
        #expect(ContinuousClock.now - start < .seconds(2))
        // Actors of a loop that has ended still answer.
        #expect(await server.wasStopped)
        await #expect(throws: ZeroMQError.self) { try await sockets[1].send(Message("late")) }
        await loop.shutdown()
    }

    @Test func `A socket given to a loop that was shut down is refused`() async throws {
        let loop = try EventLoop.start()
        await loop.shutdown()
        let socket = AsyncSocket(try Socket(try Context(), kind: .pair), on: loop)
        let error = await #expect(throws: ZeroMQError.self) { try await socket.receive() }
        #expect(error?.isClosed == true)
    }

    @Test func `The last owner may let a registered socket go on any thread`() async throws {
        try await withLoop { context, loop in
            for _ in 0..<50 {
                let server = try EchoServer(context, on: loop)
                let endpoint = try await server.start()
                _ = endpoint
            }
            let server = try EchoServer(context, on: loop)
            let client = AsyncSocket(try Socket(context, kind: .dealer), on: loop)
            try await client.connect(to: try await server.start())
            try await client.send(Message("alive"))
            #expect(try await client.receive() == Message("alive"))
        }
    }
}
