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
            #expect(ends[13]?.failure.reason.contains("printed nothing for 25 s") == true)
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

    @Test func `An installed package is packed as it is, and another package builds against it`() async throws {
        try await withWorker { coordinator, image in
            // Has the worker load the image.
            try await coordinator.assign(41, image: image, build("faults-ok/chain-a-1") { $0.pack = true })
            let missing = try await end(41, of: coordinator)
            #expect(missing.failure.class == .dependencyMissing)
            #expect(missing.failure.reason == "faults-ok/chain-a-1::faults is not installed in the image")

            let installed = ContentHasher.digest(Array("with chain-a".utf8))
            let made = try await Command.run(
                [
                    "/bin/bash", "-c", Self.imageWithPackage, "bash", "faults-ok/chain-a", image.digest.hex,
                    installed.hex,
                ],
                timeout: .seconds(300))
            #expect(made.status == 0, "\(made.errors)")
            let other = Blob(digest: installed, size: 1)
            try await coordinator.assign(42, image: other, build("faults-ok/chain-a-1", id: 7) { $0.pack = true })
            let packed = try await end(42, of: coordinator).package
            let log = String(decoding: await coordinator.logs[42] ?? [], as: UTF8.self)
            #expect(log.contains(">>> binfarm: packing faults-ok/chain-a-1"))

            let file = coordinator.directory.appending("packed.gpkg.tar")
            try AtomicFile.write(try #require(await coordinator.uploads[packed.sha256]), to: file)
            var dependency = WireDependency()
            dependency.cpv = "faults-ok/chain-a-1"
            dependency.buildID = 7
            dependency.path = "faults-ok/chain-a/chain-a-1-7.gpkg.tar"
            dependency.package = try await coordinator.serve(file).wire
            try await coordinator.assign(43, image: image, build("faults-ok/chain-b-1", dependencies: [dependency]))
            #expect(try await end(43, of: coordinator).package.size > 0)

            let id = try await Command.run(
                ["/bin/bash", "-c", Self.buildID, "bash", file.string], timeout: .seconds(20))
            #expect(id.text == "7\n", "\(id.errors)")
            _ = try await Command.run(
                ["podman", "rmi", "--force", "localhost/binfarm-epoch:\(installed)"], timeout: .seconds(60))
        }
    }

    /// PACKAGE FROM TO: installs a package into an image that a worker has loaded; the result bears a name as if a worker
    /// had loaded it.
    private static let imageWithPackage = """
        set -euo pipefail
        name=localhost/binfarm-epoch
        answer=$(deploy/images/probe-engine "$name:$2")
        { read -r engine; read -r limits; } <<<"$answer"$'\\n'
        container=$($engine create --network none $limits "$name:$2" emerge --oneshot --quiet "$1")
        trap '$engine rm --force "$container" >/dev/null' EXIT
        $engine start --attach "$container"
        $engine commit --quiet "$container" "$name:$3"
        """

    /// FILE: what a binary package's metadata says of its build id.
    private static let buildID = """
        set -euo pipefail
        tar -xOf "$1" --wildcards '*/metadata.tar.zst' | zstd -dc | tar -xO metadata/BUILD_ID
        """

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
