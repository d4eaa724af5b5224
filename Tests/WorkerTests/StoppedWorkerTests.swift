import Logging
import Shared
import SystemPackage
import Testing
import ZeroMQ

@testable import Worker

/// A worker that is stopped on purpose, in this process and without containers.
@Suite(.timeLimit(.minutes(1)))
struct StoppedWorkerTests {
    /// Runs an agent that has one finished attempt of an earlier life, and stops it when the coordinator has heard of that.
    private func stop(settles: Bool) async throws -> (goodbyes: Int, hellos: Int, kept: [String]) {
        let coordinator = try FakeCoordinator()
        try await coordinator.start()
        await coordinator.set(settles: settles)
        let state = coordinator.directory
        let record = AttemptRecord(
            attempt: AttemptID(job: JobID(run: RunID(rawValue: 1), index: 2), fence: Fence(rawValue: 9)),
            outcome: .failure(Failure(.buildFailed, "test")))
        let directory = AttemptDirectory(record.attempt, in: state.appending("attempts"))
        try Directory.create(directory.path)
        try record.write(to: directory.record)

        let loop = try EventLoop.start(name: "worker")
        let keys = try SecretKeyFile(contentsOf: state.appending("w1.secret")).pair
        let zmq = try Context()
        let logger = Logger(label: "test")
        let server = coordinator.keys.publicKey
        let socket = AsyncSocket(
            try Socket(zmq, kind: .dealer, options: SocketSettings.bulkClient(keys, server: server)), on: loop)
        let bulk = BulkLink(socket, logger: logger)
        let context = try WorkerContext.withFakeEngine(bulk, state: state)
        let link = ControlLink(
            try Socket(zmq, kind: .dealer, options: SocketSettings.controlClient(keys, server: server)), on: loop,
            logger: logger)
        let agent = Agent(
            context: context, link: link,
            shells: Shells(context: context, directory: state.appending("shells"), link: link),
            configuration: try WorkerConfiguration.load(try await coordinator.configuration()),
            engineVersion: "fake", left: [record])
        try await link.connect(to: coordinator.controlEndpoint)
        let running = Task { await agent.run() }
        try await eventually("the end is told") { await coordinator.finished[9] != nil }
        await agent.stop()
        await running.value
        try await coordinator.hearOut()
        let seen = await (coordinator.goodbyes, coordinator.hellos.count)
        let kept = try Directory.names(in: context.attempts)
        await socket.close()
        await coordinator.stop()
        await loop.shutdown()
        try FileTree.remove(coordinator.directory)
        return (seen.0, seen.1, kept)
    }

    @Test func `What is settled is gone, and goodbye is said`() async throws {
        let end = try await stop(settles: true)
        #expect(end.goodbyes == 1)
        #expect(end.hellos == 1)
        #expect(end.kept.isEmpty)
    }

    @Test func `What is not settled is kept, and its lease not given up`() async throws {
        let end = try await stop(settles: false)
        #expect(end.goodbyes == 0)
        #expect(end.kept == ["9"])
    }
}
