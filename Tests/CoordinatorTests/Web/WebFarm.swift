@testable import BinpkgTesting
import Core
import CoreTesting
import Logging
import Shared
import SystemPackage
import Testing

@testable import Coordinator

/// A coordinator's HTTP server over a dispatcher with the farm `x` and whatever happened in it before.
struct WebFarm {
    let site: HTTPSite
    let dispatcher: Dispatcher

    static let token = "a-token-of-some-length"

    /// - Parameters:
    ///   - past: what the database has.
    ///   - hasToken: people at the page can act.
    static func with(
        _ past: [Change] = [], hasToken: Bool = true, _ body: (WebFarm) async throws -> Void
    ) async throws {
        let farm = try OneFarm()
        let store = try Store(path: farm.directory.path.appending("test.sqlite"))
        try await store.commit(past)
        try store.close()
        let file = farm.directory.path.appending("token")
        try AtomicFile.write(Array("\(token)\n".utf8), to: file, permissions: .ownerReadWrite)
        let operatorToken = hasToken ? try OperatorToken(contentsOf: file) : nil
        try await farm.with { dispatcher in
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            var logger = Logger(label: "test")
            logger.logLevel = .error
            let server = BinhostServer(
                host: "127.0.0.1", port: 0, logger: logger, farms: { [:] },
                otherRoutes: { WebRoutes(dispatcher: dispatcher, operatorToken: operatorToken).add(to: $0) },
                onRunning: { port.yield($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let number = try #require(await ports.first { _ in true })
                try await body(WebFarm(site: HTTPSite(port: number), dispatcher: dispatcher))
                await dispatcher.giveUpLocalRequests()
                group.cancelAll()
            }
        }
    }

    /// Run 1 of the farm `x`: `a` is published, `b` failed, `c` was skipped.
    static func failedRun() throws -> [Change] {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        driver.run(1, try plan("a:", "b: a", "c: b", seconds: ["a": 10, "b": 20, "c": 30]), farm: "x")
        driver.build("a")
        driver.finish(
            "b", .failure(Failure(.buildFailed, "its compile phase failed", firstErrorLine: "b.c:1: error: x")))
        return driver.changes
    }

    /// Run 1 of the farm `x`: `a` is being built by node1, the others wait for it.
    static func openRun() throws -> [Change] {
        var driver = SchedulerDriver()
        _ = driver.connect("node1", slots: 2)
        driver.run(1, try plan("a:", "b: a", "c: b", seconds: ["a": 10, "b": 20, "c": 30]), farm: "x")
        return driver.changes
    }
}
