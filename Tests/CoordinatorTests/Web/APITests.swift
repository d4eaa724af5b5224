import Core
import Foundation
import Shared
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(2))) struct APITests {
    @Test func `A run that failed is told with its jobs and what they have in common`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            let run = try await farm.site.get("/api/v1/runs/1")
            #expect(run.status == 200)
            #expect(run.headers["content-type"] == "application/json")
            let document = try run.json()
            #expect(document["state"] as? String == "failed")
            #expect((document["jobs"] as? [String: Int])?["published"] == 1)
            #expect((document["jobs"] as? [String: Int])?["skipped"] == 1)

            let jobs = try await farm.site.get("/api/v1/runs/newest/jobs?state=failed,skipped").json()
            #expect(jobs["total"] as? Int == 2)
            let names = (jobs["jobs"] as? [[String: Any]])?.compactMap { $0["cpv"] as? String }
            #expect(names == ["cat/b-1", "cat/c-1"])

            let failures = try await farm.site.get("/api/v1/runs/1/failures").json()
            let groups = try #require(failures["groups"] as? [[String: Any]])
            #expect(groups.count == 1)
            #expect(groups.first?["error"] as? String == "b.c:1: error: x")
            #expect(groups.first?["class"] as? String == "build-failed")

            let why = try await farm.site.get("/api/v1/runs/1/why?package=cat/c").json()
            #expect((why["explanation"] as? [String])?.first?.contains("cat/b-1 failed") == true)
        }
    }

    @Test func `The table has a row for each job, whole or in part`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            let table = try await farm.site.get("/api/v1/runs/1/table").json()
            let columns = try #require(table["columns"] as? [String])
            let rows = try #require(table["rows"] as? [[Any]])
            // The resolving is one of them.
            #expect(table["total"] as? Int == 4)
            #expect(rows.count == 4)
            let failed = try #require(rows.first { $0[1] as? String == "cat/b-1" })
            let row = Dictionary(uniqueKeysWithValues: zip(columns, failed))
            #expect(row["state"] as? String == "failed")
            #expect(row["worker"] as? String == "node1")
            #expect(row["expected_s"] as? Double == 20)
            #expect(row["error"] as? String == "b.c:1: error: x")

            let part = try await farm.site.get("/api/v1/runs/1/table?offset=1&limit=2").json()
            #expect((part["rows"] as? [[Any]])?.compactMap { $0[0] as? Int } == [0, 1])
            #expect(part["total"] as? Int == 4)
        }
    }

    @Test func `The graph has its jobs, its edges, and what decides the end`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            let graph = try await farm.site.get("/api/v1/runs/1/graph").json()
            #expect((graph["jobs"] as? [[Any]])?.compactMap { $0[1] as? String } == ["cat/a-1", "cat/b-1", "cat/c-1"])
            #expect(graph["edges"] as? [[Int]] == [[1, 0], [2, 1]])
            #expect(graph["reduced"] as? Bool == true)
            #expect(graph["deciding_path"] as? [Int] == [0, 1, 2])
        }
    }

    @Test func `What was built is known in all runs`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            let history = try await farm.site.get("/api/v1/history?package=b").json()
            #expect(history["package"] as? String == "cat/b")
            let builds = try #require(history["builds"] as? [[String: Any]])
            #expect(builds.count == 1)
            #expect(builds.first?["state"] as? String == "failed")
            #expect(builds.first?["worker"] as? String == "node1")

            let published = try await farm.site.get("/api/v1/history?package=cat/a-1").json()
            let build = try #require((published["builds"] as? [[String: Any]])?.first)
            #expect(build["state"] as? String == "published")
            #expect(build["package_bytes"] as? Int == 1)
        }
    }

    @Test(arguments: [
        ("/api/v1/runs/99", 404), ("/api/v1/runs/zero", 404), ("/api/v1/runs/1/jobs?state=asleep", 400),
        ("/api/v1/runs/1/jobs?limit=0", 400), ("/api/v1/runs/1/why", 400), ("/api/v1/runs/1/why?package=dada", 404),
        ("/api/v1/history?package=dada", 404), ("/api/v1/workers/nobody/builds", 404), ("/api/v1/dada", 404),
        ("/api/v1/throughput?hours=0", 400), ("/api/v1/runs/1/log?package=c", 503),
        ("/api/v1/runs/1/report?package=b", 404), ("/api/v1/runs", 404), ("/api", 404), ("/api/v1/workers/node1", 404),
        ("/api/v1/runs/1/jobs?package=dada", 404), ("/api/v1/runs/1/why?package=a%20b", 400),
        ("/api/v1/runs/1/jobs?" + Array(repeating: "package=a", count: 21).joined(separator: "&"), 400),
        ("/api/v1/diff?package=dada", 404), ("/api/v1/diff?package=a&run=0", 400),
        ("/api/v1/diff?package=a&run=9", 404),
    ])
    func `What cannot be answered is told as a document, with what to do`(path: String, status: Int) async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            let reply = try await farm.site.get(path)
            #expect(reply.status == status, "\(reply.text)")
            let document = try reply.json()
            #expect((document["error"] as? String)?.isEmpty == false)
            #expect((document["remedy"] as? String)?.isEmpty == false)
        }
    }

    @Test func `Another method is answered with those that there are, HEAD as GET without a body`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            for (path, allowed) in [
                ("/api/v1/status", "GET, HEAD"), ("/api/v1/runs/1", "GET, HEAD"), ("/api/v1/runs/1/cancel", "POST"),
            ] {
                let reply = try await farm.site.get(path, ["-X", "PUT"])
                #expect(reply.status == 405)
                #expect(reply.headers["allow"] == allowed)
                let document = try reply.json()
                #expect((document["remedy"] as? String)?.contains(allowed) == true)
            }
            let head = try await farm.site.get("/api/v1/status", ["--head"])
            #expect(head.status == 200)
            #expect(head.headers["content-type"] == "application/json")
            let unknown = try await farm.site.get("/api/v1/operator")
            #expect(unknown.status == 401)
            #expect(unknown.headers["www-authenticate"] == #"Bearer realm="binfarm""#)
        }
    }

    @Test func `Jobs of some packages`() async throws {
        try await WebFarm.with(try WebFarm.failedRun()) { farm in
            let jobs = try await farm.site.get("/api/v1/runs/1/jobs?package=b&package=%3Dcat%2Fc-1").json()
            let rows = jobs["jobs"] as? [[String: Any]] ?? []
            #expect(rows.compactMap { $0["cpv"] as? String } == ["cat/b-1", "cat/c-1"])
        }
    }

    @Test func `Health, readiness and metrics`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            #expect(try await farm.site.get("/healthz").status == 200)
            #expect(try await farm.site.get("/readyz").status == 200)
            let metrics = try await farm.site.get("/metrics")
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = metrics.text.components(separatedBy: "\n")
            #expect(lines.contains(#"binfarm_runs{farm="x",state="building"} 1"#))
            #expect(lines.contains(#"binfarm_jobs{farm="x",state="waiting"} 2"#))
            #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
            await farm.dispatcher.pause(because: "the disk is full")
            let ready = try await farm.site.get("/readyz")
            #expect(ready.status == 503)
            #expect(ready.text == "the disk is full\n")
            #expect(try await farm.site.get("/healthz").status == 200)
        }
    }
}

extension Dispatcher {
    fileprivate func pause(because reason: String) { storeFault = reason }
}
