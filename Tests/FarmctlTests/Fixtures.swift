import Shared
import SwiftProtobuf

@testable import Farmctl

/// A farm in the middle of its twelfth run, at a time of day that tests can know.
enum Fixture {
    /// 2026-11-20 19:55:56 UTC
    static let now: Int64 = 1_795_204_556_000

    static let building = WireJobStatus.with {
        $0.run = 12
        $0.job = 3
        $0.cpv = "dev-libs/expat-2.5.0"
        $0.state = .jobLeased
        $0.worker = "alpha"
        $0.phase = .building
        $0.startedMs = now - 30_000
        $0.expectedMs = 60_000
        $0.attempts = 1
        $0.reason = "new"
    }

    static let failed = WireJobStatus.with {
        $0.run = 12
        $0.job = 4
        $0.cpv = "sci-libs/broken-1.0"
        $0.state = .jobFailed
        $0.worker = "beta"
        $0.startedMs = now - 90_000
        $0.endedMs = now - 60_000
        $0.attempts = 2
        $0.failure = .with {
            $0.class = .buildFailed
            $0.reason = "emerge ended with status 1"
            $0.firstErrorLine = "main.c:3: error: expected ';'"
        }
    }

    static let run = WireRunStatus.with {
        $0.run = 12
        $0.farm = "hep"
        $0.targets = ["@hep"]
        $0.state = .runBuilding
        $0.submittedMs = now - 125_000
        $0.submittedBy = "ana"
        $0.etaMs = now + 300_000
        $0.jobs = ["published": 4, "cached": 2, "failed": 1, "leased": 1, "waiting": 2]
        $0.failed = [failed]
    }

    static let status = WireStatusAnswer.with {
        $0.nowMs = now
        $0.version = "0.1.0"
        $0.farms = [
            .with {
                $0.name = "hep"
                $0.epoch = "0123456789abcdef"
                $0.packages = 14
                $0.bytes = 3 << 20
                $0.url = "/hep/"
            }
        ]
        $0.runs = [run]
        $0.workers = [
            .with {
                $0.name = "beta"
                $0.hostname = "node2"
                $0.slots = 2
                $0.cores = 8
                $0.lastSeenMs = now - 90_000
            },
            .with {
                $0.name = "alpha"
                $0.connected = true
                $0.hostname = "node1"
                $0.engine = "podman 4.3.1"
                $0.version = "0.1.0"
                $0.slots = 2
                $0.cores = 8
                $0.memory = 16 << 30
                $0.diskFree = 200 << 30
                $0.lastSeenMs = now - 1000
                $0.running = [building]
            },
        ]
    }

    static func ended(_ state: WireRunState) -> WireStatusAnswer {
        var status = status
        status.runs[0].state = state
        status.runs[0].endedMs = now
        status.runs[0].jobs = ["published": 7, "cached": 2, "failed": 1]
        status.workers[1].running = []
        return status
    }
}

extension [Line] {
    /// As it is printed into a pipe.
    var text: String { map { $0.text + "\n" }.joined() }
}
