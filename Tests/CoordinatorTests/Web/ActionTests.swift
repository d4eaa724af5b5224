import Core
import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// What people at the page can do, and what nobody can have their browsers do.
@Suite(.timeLimit(.minutes(2))) struct ActionTests {
    @Test func `Without the token nothing is done`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            for token in [nil, "", "another-token-of-some-length", WebFarm.token + "x"] {
                let reply = try await farm.site.post("/api/v1/runs/1/cancel", token: token)
                #expect(reply.status == 401, "\(token ?? "none")")
            }
            let cookie = try await farm.site.get(
                "/api/v1/runs/1/cancel", ["-X", "POST", "-H", "Cookie: token=\(WebFarm.token)"])
            #expect(cookie.status == 401)
            #expect(try await farm.site.get("/api/v1/operator").status == 401)
            #expect(await farm.dispatcher.runState(1) == .building)
        }
    }

    @Test func `A coordinator without a token lets nobody act`() async throws {
        try await WebFarm.with(try WebFarm.openRun(), hasToken: false) { farm in
            let reply = try await farm.site.post("/api/v1/runs/1/cancel", token: WebFarm.token)
            #expect(reply.status == 403)
            #expect(reply.text.contains("operator-token"))
        }
    }

    @Test func `A run is cancelled, and what failed is built again in a new one`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            let early = try await farm.site.post("/api/v1/runs/1/retry", token: WebFarm.token)
            #expect(early.status == 503)
            let cancelled = try await farm.site.post("/api/v1/runs/1/cancel", token: WebFarm.token)
            #expect(try cancelled.json()["cancelled"] as? Int == 3)
            let retried = try await farm.site.post("/api/v1/runs/1/retry", token: WebFarm.token)
            #expect(try retried.json()["run"] as? Int == 2)
            #expect(await farm.dispatcher.targets(of: 2) == ["@world"])
            let one = try await farm.site.post(
                "/api/v1/runs/1/retry", #"{"packages": ["cat/b"]}"#, token: WebFarm.token)
            #expect(try one.json()["run"] as? Int == 3)
            #expect(await farm.dispatcher.targets(of: 3) == ["=cat/b-1"])
            for body in ["", #"{"packages": ["cat/b"]}"#] {
                let twice = try await farm.site.post("/api/v1/runs/1/retry", body, token: WebFarm.token)
                #expect(twice.status == 400 && twice.text.contains("builds that again already"), "\(twice)")
            }
            let nonsense = try await farm.site.post("/api/v1/runs/1/retry", "[1", token: WebFarm.token)
            #expect(nonsense.status == 400)
        }
    }

    @Test func `A resolving is no package, nor is what has not failed`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            for package in ["resolve", "cat/a", "dada"] {
                let reply = try await farm.site.post(
                    "/api/v1/runs/1/retry", #"{"packages": ["\#(package)"]}"#, token: WebFarm.token)
                #expect(reply.status == 404, "\(package)")
            }
            let newest = try await farm.site.post("/api/v1/runs/newest/cancel", token: WebFarm.token)
            #expect(newest.status == 400, "it has ended")
        }
    }

    @Test func `A worker is drained and taken back`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            let drained = try await farm.site.post("/api/v1/workers/node1/drain", token: WebFarm.token)
            #expect(drained.status == 200)
            #expect(await farm.dispatcher.isDrained("node1"))
            #expect(try await farm.site.post("/api/v1/workers/node1/resume", token: WebFarm.token).status == 200)
            #expect(await !farm.dispatcher.isDrained("node1"))
            #expect(try await farm.site.post("/api/v1/workers/nobody/drain", token: WebFarm.token).status == 404)
        }
    }

    @Test func `A token is a word of some length that only its owner can read`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("token")
        func write(_ text: String, _ permissions: FilePermissions = .ownerReadWrite) throws -> OperatorToken {
            try AtomicFile.write(Array(text.utf8), to: file, permissions: permissions)
            return try OperatorToken(contentsOf: file)
        }
        let token = try write("\n  0123456789abcdefghij\n")
        #expect(token.matches("0123456789abcdefghij"))
        #expect(!token.matches("0123456789abcdefghi"))
        #expect(throws: KeyError.self) { try write("short") }
        #expect(throws: KeyError.self) { try write("two words of some length") }
        #expect(throws: KeyError.self) { try write("0123456789abcdefghij", [.ownerReadWrite, .groupRead]) }
        #expect(throws: KeyError.self) { try OperatorToken(contentsOf: directory.path.appending("none")) }
    }
}

extension Dispatcher {
    fileprivate func runState(_ id: Int64) -> RunState? { scheduler.durable.runs[RunID(rawValue: id)]?.record.state }

    fileprivate func targets(of id: Int64) -> [String]? {
        scheduler.durable.runs[RunID(rawValue: id)]?.record.request.targets
    }

    fileprivate func isDrained(_ worker: String) -> Bool {
        scheduler.durable.workers[WorkerName(rawValue: worker)]?.drained ?? false
    }
}
