import Glibc
import Shared
import Subprocess
import SystemPackage
import Testing

@testable import Worker

/// The real program in a process of its own.
@Suite(.needsImage, .serialized, .timeLimit(.minutes(10)))
struct KilledWorkerTests {
    /// The program lies beside the test bundle.
    private static var program: FilePath {
        FilePath(CommandLine.arguments[0]).removingLastComponent().appending("binfarm-worker")
    }

    private func containers(_ state: FilePath) async throws -> [String] {
        let label = String(ContentHasher.digest(Array(state.string.utf8)).hex.prefix(16))
        let output = try await Command.run(
            ["podman", "ps", "--quiet", "--filter", "label=\(WorkerContext.labelKey)=\(label)"], timeout: .seconds(60))
        return output.text.split(separator: "\n").map(String.init)
    }

    @Test func `The containers of a killed worker end with it; the next life gives its attempts up`() async throws {
        let coordinator = try FakeCoordinator()
        try await coordinator.start()
        let image = try await coordinator.serve(try #require(TestImage.archive))
        let configuration = try await coordinator.configuration()
        let state = coordinator.directory.appending("state")
        func start() -> Task<TerminationStatus, any Error> {
            Task {
                try await Subprocess.run(
                    .path(Self.program), arguments: ["run", "--config", configuration.string], input: .none,
                    output: .discarded, error: .currentStandardError
                ) { execution in
                    try AtomicFile.write(
                        Array(execution.processIdentifier.description.utf8),
                        to: coordinator.directory.appending("pid"))
                }.terminationStatus
            }
        }
        func identifier() throws -> pid_t {
            try #require(pid_t(try SmallFile.read(coordinator.directory.appending("pid"))))
        }
        let first = start()
        try await eventually("the worker says hello", within: .seconds(60)) { await !coordinator.hellos.isEmpty }
        var task = WireBuildTask()
        task.cpv = "faults/hang-silent-1"
        task.slot = "0"
        task.repository = "faults"
        task.buildID = 1
        try await coordinator.assign(41, image: image, .build(task))
        try await eventually("the build hangs", within: .seconds(200)) {
            String(decoding: await coordinator.logs[41] ?? [], as: UTF8.self).contains("last line of the log")
        }
        #expect(try await containers(state).count == 1)
        kill(try identifier(), SIGKILL)
        _ = try await first.value
        try await eventually("the container is gone", within: .seconds(30)) { try await containers(state).isEmpty }

        let hellos = await coordinator.hellos.count
        let second = start()
        try await eventually("the next worker says hello", within: .seconds(60)) {
            await coordinator.hellos.count > hellos
        }
        #expect(await coordinator.hellos.last?.attempts.isEmpty == true)
        #expect(try Directory.names(in: state.appending("attempts")).isEmpty)
        kill(try identifier(), SIGTERM)
        #expect(try await second.value == .exited(0))
        try await eventually("goodbye is said") { await coordinator.goodbyes == 1 }
        await coordinator.stop()
        try FileTree.remove(coordinator.directory)
    }
}
