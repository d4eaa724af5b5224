import BenchmarkSupport
import Coordinator
import Core
import Dispatch
import Glibc
import Logging
import Shared
import SystemPackage
import ZeroMQ

/// `fake-farm DIRECTORY JOBS`: a coordinator as it is, its page, database and sockets too, over a run that has just
/// been planned. The workers and the binhost are fake: builds take no time.
///
/// It says its page's address. A number on its input lets so many builds begin; it says `done` when these have ended.
/// It ends when its input does.
@main
enum FakeFarm {
    static let workers = 2

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 2, let jobs = Int(words[1]) else {
            throw BenchmarkError("usage: fake-farm DIRECTORY JOBS")
        }
        let site = Site(directory: FilePath(words[0]), port: 20_000 + Int(getpid()) % 10_000)
        try site.make(workers: workers, images: ["image.tar"])
        try AtomicFile.write([1], to: site.directory.appending("image.tar"))
        try await Site.submit(.layered(jobs: jobs), to: site.database)
        var logger = Logger(label: "fake-farm") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let service = CoordinatorService(
            configuration: try CoordinatorConfiguration.load(site.configuration), logger: logger,
            instruments: Instruments(publisher: InstantPublisher()))
        let allowance = Allowance { say("done") }
        let context = try Context()
        let loop = try EventLoop.start(name: "fake-workers")
        try await withThrowingTaskGroup { group in
            group.addTask { try await service.run() }
            group.addTask {
                var working: [FakeWorker] = []
                for number in 0..<workers {
                    working.append(try await FakeWorker(number, site: site, context: context, loop: loop))
                }
                say("http://127.0.0.1:\(site.port + 2)")
                try await withThrowingTaskGroup { group in
                    for worker in working { group.addTask { try await worker.work(allowance) } }
                    try await group.waitForAll()
                }
            }
            group.addTask {
                for await number in numbers() { await allowance.grant(number) }
            }
            // The input's end, or what went wrong.
            try await group.next()
            exit(0)
        }
    }

    private static func say(_ line: String) { _ = try? FileDescriptor.standardOutput.writeAll("\(line)\n".utf8) }

    /// From the input, which is read on a thread of its own: that blocks.
    private static func numbers() -> AsyncStream<Int> {
        AsyncStream { numbers in
            DispatchQueue(label: "input").async {
                while let line = readLine() { if let number = Int(line) { numbers.yield(number) } }
                numbers.finish()
            }
        }
    }
}
