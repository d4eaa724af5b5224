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
        try await eventually("goodbye is said") { await coordinator.goodbyes == 1 }
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

    @Test func `Each fault ends as what it is, with a reason`() async throws {
        try await withWorker { coordinator, image in
            let faults: [(UInt64, WireAssign.OneOf_Task)] = [
                (11, build("faults/compile-error-1")),
                (12, build("faults/fetch-missing-1")),
                (13, build("faults/hang-silent-1") { $0.limits.silenceMs = 25_000 }),
                (14, build("faults/memory-hog-1") { $0.limits.memory = 512 << 20 }),
                (15, build("faults/disk-full-1") { $0.limits.disk = 100 << 20 }),
                (16, build("faults/daemon-1")),
                (17, build("faults/log-gigabyte-1") { $0.limits.logBytes = 1 << 20 }),
                (18, build("faults/no-such-package-1")),
            ]
            for (fence, task) in faults { try await coordinator.assign(fence, image: image, task) }
            var ends: [UInt64: WireFinished] = [:]
            for (fence, _) in faults { ends[fence] = try await end(fence, of: coordinator) }
            #expect(ends[11]?.failure.class == .buildFailed)
            #expect(ends[11]?.failure.firstErrorLine.contains("error:") == true)
            #expect(ends[11]?.failure.reason == "faults/compile-error-1::faults failed to build in its compile phase")
            #expect(ends[12]?.failure.class == .fetchFailed)
            #expect(ends[12]?.failure.reason.contains("faults-fetch-missing_1.orig.tar.gz") == true)
            #expect(ends[13]?.failure.class == .timedOut)
            #expect(ends[13]?.failure.reason.hasSuffix("printed nothing for 25 s") == true)
            #expect(ends[14]?.failure.class == .outOfMemory)
            #expect(ends[15]?.failure.class == .outOfDisk)
            #expect(ends[16]?.package.size ?? 0 > 0)
            #expect(ends[17]?.package.size ?? 0 > 0)
            let log = await coordinator.logs[17] ?? []
            #expect(log.count < (1 << 20) + 1000)
            let tail = String(decoding: log.suffix(20_000), as: UTF8.self)
            #expect(tail.contains("end of the long log"))
            #expect(tail.contains(">>> Done."))
            #expect(String(decoding: log, as: UTF8.self).contains("bytes were cut out here"))
            #expect(ends[18]?.failure.class == .dependencyMissing)
        }
    }

    @Test func `A revoked attempt ends at once and leaves nothing`() async throws {
        try await withWorker { coordinator, image in
            try await coordinator.assign(21, image: image, build("faults/hang-silent-1"))
            try await eventually("the build hangs", within: .seconds(120)) {
                String(decoding: await coordinator.logs[21] ?? [], as: UTF8.self).contains("last line of the log")
            }
            try await coordinator.revoke(21)
            let directory = coordinator.directory.appending("state/attempts/21")
            try await eventually("its directory is gone", within: .seconds(30)) { !FileStatus.exists(directory) }
            #expect(await coordinator.finished[21] == nil)
        }
    }

    @Test func `A build goes on while the coordinator restarts, and its end is told to the new one`() async throws {
        try await withWorker { coordinator, image in
            try await coordinator.assign(31, image: image, build("faults-ok/wide-a-1"))
            try await eventually("the build runs") { await coordinator.renews.contains { !$0.attempts.isEmpty } }
            let hellos = await coordinator.hellos.count
            await coordinator.stop()
            try await Task.sleep(for: .seconds(2))
            try await coordinator.start()
            try await eventually("the worker says hello again", within: .seconds(40)) {
                await coordinator.hellos.count > hellos
            }
            #expect(await coordinator.hellos.last?.attempts.map(\.attempt.fence) == [31])
            let finished = try await end(31, of: coordinator)
            #expect(await coordinator.uploads[finished.package.sha256] != nil)
            #expect(await coordinator.logs[31]?.isEmpty == false)
        }
    }
}
