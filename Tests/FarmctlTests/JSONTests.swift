import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

/// The fields that scripts rely on: a change here breaks them.
struct JSONTests {
    @Test func `Status`() throws {
        var status = Fixture.status
        status.paused = "disk full"
        status.workers.removeFirst()
        #expect(
            try StatusDocument(status).json() == """
                {
                  "farms" : [
                    {
                      "bytes" : 3145728,
                      "epoch" : "0123456789abcdef",
                      "name" : "hep",
                      "packages" : 14,
                      "url" : "/hep/"
                    }
                  ],
                  "now" : "2026-11-20T19:55:56Z",
                  "paused" : "disk full",
                  "refused_peers" : 0,
                  "runs" : [
                    {
                      "elapsed_s" : 125,
                      "eta_at" : "2026-11-20T20:00:56Z",
                      "failed" : [
                        {
                          "attempts" : 2,
                          "cpv" : "sci-libs/broken-1.0",
                          "elapsed_s" : 30,
                          "ended_at" : "2026-11-20T19:54:56Z",
                          "failure" : {
                            "class" : "build-failed",
                            "first_error_line" : "main.c:3: error: expected ';'",
                            "reason" : "emerge ended with status 1"
                          },
                          "job" : 4,
                          "run" : 12,
                          "started_at" : "2026-11-20T19:54:26Z",
                          "state" : "failed",
                          "waiting_for" : [

                          ],
                          "worker" : "beta"
                        }
                      ],
                      "farm" : "hep",
                      "jobs" : {
                        "cached" : 2,
                        "cancelled" : 0,
                        "failed" : 1,
                        "leased" : 1,
                        "published" : 4,
                        "publishing" : 0,
                        "ready" : 0,
                        "skipped" : 0,
                        "waiting" : 2
                      },
                      "remaining_s" : 300,
                      "run" : 12,
                      "state" : "building",
                      "submitted_at" : "2026-11-20T19:53:51Z",
                      "submitted_by" : "ana",
                      "targets" : [
                        "@hep"
                      ]
                    }
                  ],
                  "version" : "0.1.0",
                  "workers" : [
                    {
                      "connected" : true,
                      "cores" : 8,
                      "disk_free_bytes" : 214748364800,
                      "draining" : false,
                      "engine" : "podman 4.3.1",
                      "hostname" : "node1",
                      "last_seen_at" : "2026-11-20T19:55:55Z",
                      "last_seen_s" : 1,
                      "memory_bytes" : 17179869184,
                      "name" : "alpha",
                      "running" : [
                        {
                          "attempts" : 1,
                          "cpv" : "dev-libs/expat-2.5.0",
                          "elapsed_s" : 30,
                          "expected_s" : 60,
                          "job" : 3,
                          "phase" : "building",
                          "reason" : "new",
                          "run" : 12,
                          "started_at" : "2026-11-20T19:55:26Z",
                          "state" : "leased",
                          "waiting_for" : [

                          ],
                          "worker" : "alpha"
                        }
                      ],
                      "slots" : 2,
                      "version" : "0.1.0"
                    }
                  ]
                }

                """)
    }

    @Test func `Jobs, with what they used`() throws {
        let job = WireJobStatus.with {
            $0.run = 1
            $0.cpv = "a/b-1"
            $0.state = .jobPublished
            $0.resources = .with {
                $0.wallMs = 1500
                $0.cpuMs = 2000
                $0.peakMemory = 1 << 20
                $0.disk = 4096
            }
        }
        #expect(
            try JobsDocument(run: 1, total: 1, jobs: [JobDocument(job, now: Fixture.now)]).json() == """
                {
                  "jobs" : [
                    {
                      "attempts" : 0,
                      "cpv" : "a/b-1",
                      "job" : 0,
                      "resources" : {
                        "cpu_s" : 2,
                        "disk_bytes" : 4096,
                        "peak_memory_bytes" : 1048576,
                        "wall_s" : 1.5
                      },
                      "run" : 1,
                      "state" : "published",
                      "waiting_for" : [

                      ]
                    }
                  ],
                  "run" : 1,
                  "total" : 1
                }

                """)
    }

    @Test func `A failed resolving`() throws {
        let run = WireRunStatus.with {
            $0.resolveError = .with {
                $0.kind = "masked"
                $0.atom = "a/b"
                $0.packages = ["a/b-1"]
                $0.suggestions = [.with { ($0.file, $0.line) = ("package.unmask", "a/b") }]
                $0.message = "say\u{1B}[2J"
            }
        }
        let json = try StatusDocument(.with { $0.runs = [run] }).json()
        #expect(
            json.contains(
                #"""
                      "resolve_error" : {
                        "atom" : "a/b",
                        "chain" : [

                        ],
                        "kind" : "masked",
                        "message" : "say\u001b[2J",
                        "packages" : [
                          "a/b-1"
                        ],
                        "reasons" : [

                        ],
                        "suggestions" : [
                          {
                            "file" : "package.unmask",
                            "line" : "a/b"
                          }
                        ]
                      },
                """#))
    }
}
