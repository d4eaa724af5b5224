import BenchmarkSupport
import Coordinator
import Core
import FoundationEssentials
import Glibc
import Logging
import Shared
import Subprocess
import SystemPackage
import ZeroMQ

/// How many jobs a coordinator hands out, takes back and publishes in a second: real processes, CURVE, SQLite on the disk.
/// Only the builds and the binhost are missing.
@main
enum DispatchBenchmark {
    /// A measurement.
    struct Setting {
        var name: String
        var workers: Int
        var slots: Int32
        var processes: Int
        var goal: Int
    }

    static let settings = [
        Setting(name: "dispatch", workers: 2, slots: 8, processes: 2, goal: 10_000),
        Setting(name: "dispatch-1000-workers", workers: 1000, slots: 1, processes: 2, goal: 5_000),
    ]

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch words.first {
            case "coordinator": try await serve(Site(directory: FilePath(words[1]), port: Int(words[2]) ?? 0))
            case "fleet": try await work(words)
            default:
                for setting in settings where words.isEmpty || words.contains(setting.name) {
                    try await measure(setting)
                }
            }
        } catch let error as BenchmarkError {
            print("error: \(error)")
            exit(1)
        }
    }

    // MARK: The measurement

    private static func measure(_ setting: Setting) async throws {
        let environment = ProcessInfo.processInfo.environment
        let data = FilePath(environment["BINFARM_DATA"] ?? "../shared/data").appending("pkgsrc-full.edges.tsv.zst")
        let base = FilePath(environment["BINFARM_BENCH_DIRECTORY"] ?? "var/bench")
        let plan = try await BuildGraph.load(data).plan()
        let site = Site(
            directory: base.appending("\(setting.name)-\(getpid())"), port: 20_000 + Int(getpid()) % 10_000)
        try site.make(workers: setting.workers, images: ["image.tar"])
        try AtomicFile.write([1], to: site.directory.appending("image.tar"))
        defer { removeAll(site.directory) }
        try await Site.submit(plan, to: site.database)

        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let report = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run([own, "coordinator", site.directory.string, "\(site.port)"]) }
            let share = setting.workers / setting.processes
            let ready = (0..<setting.processes).flatMap { fleets(from: $0 * share, to: ($0 + 1) * share) }.map(
                \.lowerBound)
            for process in 0..<setting.processes {
                let first = process * share
                group.addTask {
                    try await run([
                        own, "fleet", site.directory.string, "\(site.port)", "\(first)", "\(first + share)",
                        "\(setting.slots)",
                    ])
                }
            }
            group.addTask {
                try await until(within: 60) { ready.allSatisfy { site.isMarked("ready-\($0)") } }
                try await Task.sleep(for: .seconds(1))
                site.mark("begin")
                try await until(within: 300) { FileStatus.exists(reportFile(of: site)) }
            }
            // Ends first, unless one of the processes does.
            try await group.next()
            group.cancelAll()
            return try JSONDecoder().decode(
                Meter.Report.self, from: Data(contentsOf: URL(filePath: reportFile(of: site).string)))
        }
        guard report.jobs == plan.jobs.count else {
            throw BenchmarkError("\(report.jobs) of \(plan.jobs.count) jobs were published")
        }
        // What was given out before the begin does not count.
        let jobs = report.jobs - setting.workers * Int(setting.slots)
        print("\(setting.name): \(Int(Double(jobs) / report.seconds)) jobs/s (goal ≥ \(setting.goal))")
        print("\(setting.name)-memory: \(report.memory / 1_000_000) MB (goal ≤ 200)")
        print("\(setting.name)-cpu: \(Int(1e6 * report.cpu / Double(report.jobs))) µs (of the coordinator, for a job)")
        let percentile = (report.percentile99 * 10).rounded() / 10
        let goal = setting.workers == 1000 ? " (goal ≤ 20)" : ""
        print("\(setting.name)-ready-to-sent-median: \((report.median * 10).rounded() / 10) ms")
        print("\(setting.name)-ready-to-sent-p99: \(percentile) ms\(goal)")
    }

    /// The run is in the database when the coordinator starts, as after a restart.
    private static func run(_ words: [String]) async throws {
        let result = try await Subprocess.run(
            .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())), input: .none,
            output: .fileDescriptor(.standardError, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
        guard !Task.isCancelled else { return }
        throw BenchmarkError("the \(words[1]) process ended: \(result.terminationStatus)")
    }

    private static func until(within seconds: Int, _ condition: () -> Bool) async throws {
        for _ in 0..<seconds * 50 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchmarkError("nothing happened for \(seconds) s")
    }

    private static func removeAll(_ directory: FilePath) {
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    private static func reportFile(of site: Site) -> FilePath { site.directory.appending("report") }

    // MARK: The other processes

    private static func serve(_ site: Site) async throws {
        var logger = Logger(label: "coordinator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let meter = Meter()
        let service = CoordinatorService(
            configuration: try CoordinatorConfiguration.load(site.configuration), logger: logger,
            instruments: Instruments(publisher: InstantPublisher(), meter: meter))
        let serving = Task { try await service.run() }
        for await report in meter.reports {
            try AtomicFile.write(Array(JSONEncoder().encode(report)), to: reportFile(of: site))
        }
        serving.cancel()
        try await serving.value
    }

    private static func work(_ words: [String]) async throws {
        let site = Site(directory: FilePath(words[1]), port: Int(words[2]) ?? 0)
        let numbers = words[3...].compactMap { Int($0) }
        let context = try Context()
        var serving: [Fleet] = []
        for workers in fleets(from: numbers[0], to: numbers[1]) {
            let fleet = try Fleet(
                workers, number: workers.lowerBound, slots: Int32(numbers[2]), site: site, context: context,
                loop: try EventLoop.start(name: "fleet"))
            try await fleet.start()
            serving.append(fleet)
        }
        // Until it is ended.
        try await Task.sleep(for: .seconds(3600))
        _ = serving
    }

    private static func fleets(from first: Int, to end: Int) -> [Range<Int>] {
        stride(from: first, to: end, by: Fleet.size).map { $0..<min(end, $0 + Fleet.size) }
    }
}
