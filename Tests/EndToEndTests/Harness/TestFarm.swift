import Foundation
import Synchronization
import SystemPackage
import Testing

/// A whole farm for one test: keys, configuration, the real programs, a binhost. Gone when the test is.
actor TestFarm {
    /// What a test may want otherwise.
    struct Settings: Sendable {
        var workers = ["alpha", "beta"]
        var slots = 2
        var lease = "4s"
        /// Of a build.
        var limits: [String: String] = [:]
        /// What and how the farm builds, as configured: `coverage`, `base`, `ccache`, `format`.
        var coverage = ["coverage": "missing"]
        /// Bytes that stay free.
        var reserve = "1MiB"
        /// Where the coordinator's state is, other than in the farm's directory.
        var state: FilePath?
        /// Packages are signed, by a key of the farm's own.
        var signs = false
        /// Another farm of the same image, that takes over what this one has.
        var layer: String?
        /// It knows this one only as a binhost at an address, whose packages the farm's key has to have signed.
        var layerIsForeign = false
        /// Another address than this farm's.
        var foreignAddress: String?
        /// Runs each worker as a host of its own, in a network namespace.
        var separatesHosts = false
        /// The farm has to make its image itself.
        var makesImage = false
        /// With it a person can act at the page.
        var operatorToken: String?
    }

    /// Of those who run the programs, where a test makes one.
    static let home = "home"
    /// The farm's name in the coordinator's configuration.
    static let name = "faults"
    @TaskLocal static var current: TestFarm?

    nonisolated let settings: Settings
    nonisolated let directory: FilePath
    nonisolated let ports: (control: UInt16, bulk: UInt16, http: UInt16)
    nonisolated let hosts: TestHosts?
    private let hasFailed = Atomic(false)
    private var daemons: [String: Daemon] = [:]

    private init(_ settings: Settings, in directory: FilePath, hosts: TestHosts?) throws {
        self.settings = settings
        self.directory = directory
        self.hosts = hosts
        let ports = try FreePorts.find(3)
        self.ports = (ports[0], ports[1], ports[2])
    }

    /// Starts a farm, runs the test's body on it and takes everything down again, however the body ends.
    static func with(
        _ settings: Settings = Settings(), starts: Bool = true, _ body: (TestFarm) async throws -> Void
    ) async throws {
        let directory = TestEnvironment.directory.appending("farm-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(atPath: "\(directory)/logs", withIntermediateDirectories: true)
        let hosts = settings.separatesHosts ? try await TestHosts.make(settings.workers) : nil
        let farm = try TestFarm(settings, in: directory, hosts: hosts)
        await $current.withValue(farm) {
            do {
                try await farm.configure()
                if starts { try await farm.start() }
                try await body(farm)
            } catch is ExpectationFailedError {
                // Has been recorded where it happened.
            } catch {
                Issue.record(error)
            }
            if farm.hasFailed.load(ordering: .relaxed) {
                Issue.record("What the farm's processes said:\n\(farm.logTails)")
            }
        }
        // In a task of its own: the test may have been cancelled by its time limit.
        await Task.detached { await farm.takeDown() }.value
    }

    // MARK: Processes

    func start() async throws {
        try await startCoordinator()
        for worker in settings.workers { try await startWorker(worker) }
        try await waitForWorkers()
    }

    func waitForWorkers() async throws {
        try await until("connection of all workers") {
            let connected = try await status().workers.filter(\.connected).map(\.name)
            return Set(connected) == Set(settings.workers) ? true : nil
        }
    }

    /// Comes back when it answers.
    func startCoordinator(fault: String? = nil) async throws {
        try await launchCoordinator(fault: fault)
        let daemon = daemons["coordinator"]
        try await until("answer of the coordinator") {
            if let daemon, !daemon.isRunning { throw HarnessError("the coordinator has ended") }
            return try await farmctl("status", "--timeout", "1").isSuccess ? true : nil
        }
        // It serves the binhosts last.
        try await until("answer of the coordinator's HTTP server") {
            let address = "http://127.0.0.1:\(ports.http)/"
            return try await Program.run(["curl", "--silent", "--output", "/dev/null", address]).isSuccess ? true : nil
        }
    }

    func startWorker(_ name: String) async throws {
        try await start(
            name, (hosts?.prefix(name) ?? []) + [program("binfarm-worker"), "run", "--config", file("\(name).yaml")])
    }

    /// Starts it and does not wait for it: it may be killed before it answers, at a place named in `BINFARM_FAULT`.
    func launchCoordinator(fault: String? = nil) async throws {
        try await start(
            "coordinator", [program("binfarm-coordinator"), "--config", file("coordinator.yaml")],
            environment: fault.map { ["BINFARM_FAULT": $0] } ?? [:])
    }

    var coordinator: Daemon? { daemons["coordinator"] }
    var coordinatorRuns: Bool { coordinator?.isRunning ?? false }

    /// Comes back when it has killed itself, at the place that it was launched to do so.
    func waitForCoordinatorsDeath() async throws { _ = try await coordinator?.status }

    private func start(_ name: String, _ words: [String], environment: [String: String] = [:]) async throws {
        var environment = environment
        let home = file(Self.home)
        if FileManager.default.fileExists(atPath: home) { environment["HOME"] = home }
        daemons[name] = try await Daemon.start(
            name, words, environment: environment, log: directory.appending("logs/\(name).log"))
    }

    /// SIGKILL: no time for any last word.
    func kill(_ name: String) async throws {
        guard let daemon = daemons.removeValue(forKey: name) else { throw HarnessError("\(name) does not run") }
        await daemon.kill()
    }

    /// SIGTERM.
    func stop(_ name: String) async throws {
        guard let daemon = daemons.removeValue(forKey: name) else { throw HarnessError("\(name) does not run") }
        await daemon.stop()
    }

    private func takeDown() async {
        for daemon in daemons.values where daemon.name != "coordinator" { await daemon.stop() }
        await daemons["coordinator"]?.stop()
        daemons = [:]
        _ = try? await removeContainers()
        _ = try? await removeRoots()
        await hosts?.remove()
        await stopSigningAgent()
        if !TestEnvironment.keepsDirectories {
            // By rm: builds leave files of other users and without permissions.
            _ = try? await Program.run(["rm", "-rf", directory.string])
        }
    }

    // MARK: For messages

    /// The logs are shown at the end.
    nonisolated func noteFailure() { hasFailed.store(true, ordering: .relaxed) }

    /// All that the program of this name has said.
    nonisolated func output(of program: String) throws -> String {
        try String(contentsOfFile: "\(directory)/logs/\(program).log", encoding: .utf8)
    }

    /// The last lines of what each process wrote.
    nonisolated var logTails: String {
        let logs = directory.appending("logs").string
        let names = (try? FileManager.default.contentsOfDirectory(atPath: logs).sorted()) ?? []
        return names.map { name in
            let text = (try? String(contentsOfFile: "\(logs)/\(name)", encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n").suffix(40).map { $0.prefix(400) }.joined(separator: "\n")
            return "--- \(name)\n\(lines)"
        }.joined(separator: "\n")
    }

    /// What a command begins with that a person of the farm gives.
    nonisolated var inItsHome: [String] { ["env", "HOME=\(file(Self.home))"] }
    nonisolated func program(_ name: String) -> String { TestEnvironment.program(name).string }
    nonisolated func file(_ name: String) -> String { directory.appending(name).string }
}
