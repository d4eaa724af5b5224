import Logging
import ServiceLifecycle
import Shared
import SystemPackage
import Testing

@testable import Worker

/// A worker, a coordinator's part of the protocol, real containers, real Portage.
@Suite(.needsImage, .serialized, .timeLimit(.minutes(10)))
struct RealBuildTests {
    /// Runs a worker in this process against a coordinator until `body` is done.
    private func withWorker(_ body: (FakeCoordinator, Blob) async throws -> Void) async throws {
        let coordinator = try FakeCoordinator()
        try await coordinator.start()
        let image = try await coordinator.serve(try #require(TestImage.archive))
        let configuration = try WorkerConfiguration.load(try await coordinator.configuration())
        var logger = Logger(label: "worker")
        logger.logLevel = .debug
        let service = WorkerService(configuration: configuration, logger: logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], gracefulShutdownSignals: [], logger: logger))
        let running = Task { try await group.run() }
        do {
            try await eventually("the worker says hello") { await !coordinator.hellos.isEmpty }
            try await body(coordinator, image)
        } catch {
            await group.triggerGracefulShutdown()
            try? await running.value
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(await coordinator.goodbyes == 1)
        await coordinator.stop()
        try FileTree.remove(coordinator.directory)
    }

    private func build(
        _ name: String, id: Int32 = 1, dependencies: [WireDependency] = [],
        _ adjust: (inout WireBuildTask) -> Void = { _ in }
    ) -> WireAssign.OneOf_Task {
        var task = WireBuildTask()
        task.cpv = name
        task.slot = "0"
        task.repository = "faults"
        task.buildID = id
        task.jobs = 2
        task.dependencies = dependencies
        task.limits.silenceMs = 300_000
        adjust(&task)
        return .build(task)
    }

    private func end(_ fence: UInt64, of coordinator: FakeCoordinator) async throws -> WireFinished {
        try await eventually("attempt \(fence) ends", within: .seconds(300)) {
            await coordinator.finished[fence] != nil
        }
        let finished = try #require(await coordinator.finished[fence])
        let log = String(decoding: await coordinator.logs[fence] ?? [], as: UTF8.self)
        print("---- \(fence): \(finished)\n\(log.suffix(3000))")
        return finished
    }

    @Test func `Targets resolve, a package builds with its planned build id, and its dependent builds against it`()
        async throws
    {
        try await withWorker { coordinator, image in
            var resolve = WireResolveTask()
            resolve.targets = ["faults-ok/chain-b"]
            try await coordinator.assign(1, image: image, .resolve(resolve))
            let resolution = try await end(1, of: coordinator).resolution
            let document = String(
                decoding: try #require(await coordinator.uploads[resolution.sha256]), as: UTF8.self)
            #expect(document.contains("faults-ok/chain-a-"))

            try await coordinator.assign(2, image: image, build("faults-ok/chain-a-1", id: 3))
            let first = try await end(2, of: coordinator)
            let package = try #require(await coordinator.uploads[first.package.sha256])
            #expect(first.resources.cpuMs > 0)
            #expect(first.resources.peakMemory > 0)

            let file = coordinator.directory.appending("chain-a.gpkg.tar")
            try AtomicFile.write(package, to: file)
            var dependency = WireDependency()
            dependency.cpv = "faults-ok/chain-a-1"
            dependency.buildID = 3
            dependency.path = "faults-ok/chain-a/chain-a-1-3.gpkg.tar"
            dependency.package = try await coordinator.serve(file).wire
            try await coordinator.assign(3, image: image, build("faults-ok/chain-b-1", dependencies: [dependency]))
            let second = try await end(3, of: coordinator)
            #expect(await coordinator.uploads[second.package.sha256] != nil)
            let log = String(decoding: await coordinator.logs[3] ?? [], as: UTF8.self)
            #expect(log.contains(">>> binfarm: building faults-ok/chain-b-1"))
            #expect(await coordinator.renews.contains { $0.attempts.contains { $0.phase == .building } })
        }
    }
}
