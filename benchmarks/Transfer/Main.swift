import BenchmarkSupport
import Coordinator
import Core
import FoundationEssentials
import Glibc
import Shared
import Subprocess
import SystemPackage
import ZeroMQ

/// How fast files go between a coordinator, its program, and a worker, this process: 1 GiB each way beside two bare sockets,
/// and many at once.
@main
enum TransferBenchmark {
    private static let large = 1 << 30
    private static let small = 64 << 20
    private static let peers = 16
    private static let rounds = 3

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            if let role = words.first, words.count == 4, let port = Int(words[2]), let count = Int(words[3]) {
                let site = Site(directory: FilePath(words[1]), port: port)
                return role == "pull"
                    ? try await BarePair.pull(count, site: site) : try await BarePair.push(count, site: site)
            }
            let base = FilePath(ProcessInfo.processInfo.environment["BINFARM_BENCH_DIRECTORY"] ?? "var/bench")
            let directory = base.appending("transfer-\(getpid())")
            defer { try? FileManager.default.removeItem(atPath: directory.string) }
            try await measure(Site(directory: directory, port: 20_000 + Int(getpid()) % 10_000))
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    private static func measure(_ site: Site) async throws {
        try site.make(workers: peers, images: ["large", "small"])
        let large = try RandomFile.write(site.directory.appending("large").string, size: large, seed: 1)
        let small = try RandomFile.write(site.directory.appending("small").string, size: small, seed: 2)
        try await submit(to: site)
        let own = FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let program = own.removingLastComponent().appending("binfarm-coordinator")
        guard FileStatus.exists(program) else { throw BenchmarkError("\(program) is not there; run: make build") }
        let result = try await Subprocess.run(
            .path(program), arguments: ["--config", site.configuration.string, "--log-level", "warning"],
            input: .none, output: .fileDescriptor(.standardError, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ) { execution in
            defer { try? execution.send(signal: .terminate) }
            let coordinator = execution.processIdentifier.value
            let context = try Context()
            let loop = try EventLoop.start(name: "worker")
            var workers = [try await Peer(0, site: site, context: context, loop: loop)]
            try await one(workers[0], large, beside: coordinator, own: own, site: site)
            for number in 1..<peers {
                workers.append(try await Peer(number, site: site, context: context, loop: loop))
            }
            try await many(workers, small, beside: coordinator, site: site)
            for worker in workers { await worker.close() }
            await loop.shutdown()
        }
        guard result.terminationStatus.isSuccess else { throw BenchmarkError("the coordinator failed") }
    }

    /// A job for each worker, which it is leased as soon as it is there.
    private static func submit(to site: Site) async throws {
        let store = try Store(path: site.database)
        let id = RunID(rawValue: 1)
        let now = Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        let blob = Blob(digest: ContentHasher.digest([1]), size: 1)
        var record = RunRecord(
            request: RunRequest(
                farm: Site.farm, targets: ["@world"], emptytree: true, image: blob, resolveLimits: Limits(),
                buildLimits: Limits(), submittedBy: "benchmark"), submitted: now)
        record.state = .building
        let jobs = try (0..<peers).map {
            PlannedJob(
                index: Int32($0), cpv: try CPV("benchmark/job\($0)-1"), slot: "0", repository: "gentoo", use: [],
                iuse: [], waitsFor: [], buildKey: ContentHasher.digest([UInt8($0)]), reason: "new")
        }
        try await store.commit([
            .run(id, record), .job(.resolving(id), JobRecord(state: .published, ended: now)),
            .plan(id, Plan(jobs: jobs), at: now),
        ])
        try store.close()
    }

    // MARK: One

    private static func one(
        _ worker: Peer, _ blob: Blob, beside coordinator: Int32, own: FilePath, site: Site
    ) async throws {
        let source = site.directory.appending("large")
        let target = site.directory.appending("got")
        var (bare, down, up): ([Double], [Transfer], [Transfer]) = ([], [], [])
        for _ in 0..<rounds {
            bare.append(try await BarePair.measure(blob.size, own: own, site: site))
            down.append(
                try await Transfer.measure(beside: coordinator) { try await worker.download(blob, to: target) })
            unlink(target.string)
            up.append(try await Transfer.measure(beside: coordinator) { try await worker.upload(blob, from: source) })
            try emptyStaging(site)
        }
        let size = Double(blob.size) / 1e6
        print("transfer-bare: \(Int(size / bare.median)) MB/s (CURVE, PUSH to PULL)")
        for (name, transfers) in [("to-worker", down), ("to-coordinator", up)] {
            let ratios = zip(bare, transfers).map { $0 / $1.seconds }
            let percent = Int((ratios.median * 100).rounded())
            print("transfer-\(name): \(Int(size / transfers.map(\.seconds).median)) MB/s, \(percent) % (goal ≥ 80 %)")
            let memory = transfers.map { ($0.growth.coordinator, $0.growth.worker) }
            print(
                "transfer-\(name)-memory: coordinator +\((memory.map(\.0).max() ?? 0) >> 20) MiB, worker "
                    + "+\((memory.map(\.1).max() ?? 0) >> 20) MiB (goal ≤ 64)")
        }
    }

    private static func emptyStaging(_ site: Site) throws {
        let staging = site.state.appending("staging")
        for name in try Directory.names(in: staging) { unlink(staging.appending(name).string) }
    }

    // MARK: Many

    private static func many(_ workers: [Peer], _ blob: Blob, beside coordinator: Int32, site: Site) async throws {
        let targets = workers.indices.map { site.directory.appending("got-\($0)") }
        let down = try await Transfer.measure(beside: coordinator) {
            try await together("to-worker", workers, progress: { size(of: targets[$0]) }) {
                try await workers[$0].download(blob, to: targets[$0])
            }
        }
        for target in targets { unlink(target.string) }
        let sources = workers.indices.map { site.directory.appending("sent-\($0)") }
        var blobs: [Blob] = []
        for (index, source) in sources.enumerated() {
            blobs.append(try RandomFile.write(source.string, size: small, seed: UInt64(index) + 3))
        }
        let (sent, staging) = (blobs, site.state.appending("staging"))
        let up = try await Transfer.measure(beside: coordinator) {
            try await together(
                "to-coordinator", workers,
                progress: {
                    max(
                        size(of: staging.appending(sent[$0].digest.hex)),
                        size(of: staging.appending("\(sent[$0].digest.hex).part")))
                }
            ) { try await workers[$0].upload(sent[$0], from: sources[$0]) }
        }
        for (name, transfer) in [("to-worker", down), ("to-coordinator", up)] {
            let rate = Int(Double(blob.size) * Double(peers) / transfer.seconds / 1e6)
            print(
                "transfer-\(peers)-\(name): \(rate) MB/s in all, coordinator +\(transfer.growth.coordinator >> 20) MiB")
        }
    }

    /// Begins all, and looks how far the others are when the first has ended.
    private static func together(
        _ name: String, _ workers: [Peer], progress: @Sendable (Int) -> Int64,
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in workers.indices { group.addTask { try await body(index) } }
            try await group.next()
            let parts = workers.indices.map { Double(progress($0)) }
            let behind = Int((100 * (1 - (parts.min() ?? 0) / (parts.max() ?? 1))).rounded())
            print("transfer-\(peers)-\(name)-spread: \(behind) % behind the first at its end (goal ≤ 20 %)")
            try await group.waitForAll()
        }
    }

    private static func size(of file: FilePath) -> Int64 { (try? FileStatus.size(of: file)) ?? 0 }
}
