import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct StatusTests {
    @Test func `The page shows farms, runs, workers, builds and failures`() {
        #expect(
            StatusDocument(Fixture.status).lines(width: nil).text == """
                working: 1 of 2 workers connected, 1 build

                FARM  PACKAGES     SIZE  EPOCH         BINHOST
                hep         14  3.0 MiB  0123456789ab  /hep/

                RUN  FARM  TARGETS  BY   STATE     PROGRESS                   TOOK         LEFT  JOBS
                 12  hep   @hep     ana  building  [########....] 7/10  2 min 05 s  ~5 min 00 s  2 waiting, 1 leased, 4 published, 2 cached, 1 failed

                WORKER  STATE      HOST   BUILDS  CORES    MEMORY  DISK FREE            SEEN  ENGINE        VERSION
                alpha   connected  node1     1/2      8  16.0 GiB    200 GiB         1 s ago  podman 4.3.1  0.1.0
                beta    away       node2     0/2      8                       1 min 30 s ago

                BUILDING ON  PACKAGE               RUN  PHASE      FOR    EXPECTED  PROGRESS
                alpha        dev-libs/expat-2.5.0   12  building  30 s  1 min 00 s  [######......] 50 %

                failed in run 12 (more: farmctl log PACKAGE --run 12)
                  sci-libs/broken-1.0 on beta, attempt 2
                    build-failed: emerge ended with status 1
                      main.c:3: error: expected ';'

                """)
    }

    @Test func `What clients do not see yet is said first`() {
        var status = Fixture.status
        status.farms[0].held = "clients see what was there before run 11, which is atomic and goes on"
        let lines = StatusDocument(status).lines(width: nil)
        #expect(lines[1].text == "held: hep: clients see what was there before run 11, which is atomic and goes on")
        #expect(StatusDocument(status).farms[0].held != nil)
    }

    @Test func `The first line says whether it works`() {
        func headline(_ change: (inout WireStatusAnswer) -> Void) -> String {
            var wire = Fixture.status
            change(&wire)
            return StatusDocument(wire).lines(width: nil)[0].text
        }
        #expect(headline { $0.runs = [] } == "idle: 1 of 2 workers connected, 1 build")
        #expect(
            headline { for worker in $0.workers.indices { $0.workers[worker].connected = false } }
                == "stands still: no worker is connected, run 12 cannot go on; farmctl doctor tells more")
        #expect(
            headline { for worker in $0.workers.indices { $0.workers[worker].running = [] } }
                == "waits: 1 of 2 workers connected, 0 builds; farmctl why PACKAGE tells for what")
    }

    @Test func `On 80 columns it keeps what matters most`() {
        #expect(
            StatusDocument(Fixture.status).lines(width: 80).prefix(14).map(\.text).joined(separator: "\n") == """
                working: 1 of 2 workers connected, 1 build

                FARM  PACKAGES     SIZE  EPOCH         BINHOST
                hep         14  3.0 MiB  0123456789ab  /hep/

                RUN  FARM  TARGETS  STATE     PROGRESS                   TOOK         LEFT
                 12  hep   @hep     building  [########....] 7/10  2 min 05 s  ~5 min 00 s

                WORKER  STATE      HOST   BUILDS  CORES    MEMORY  DISK FREE            SEEN
                alpha   connected  node1     1/2      8  16.0 GiB    200 GiB         1 s ago
                beta    away       node2     0/2      8                       1 min 30 s ago

                BUILDING ON  PACKAGE               RUN  PHASE      FOR    EXPECTED
                alpha        dev-libs/expat-2.5.0   12  building  30 s  1 min 00 s
                """)
    }

    @Test func `Workers that get nothing to build say why`() {
        func worker(_ name: String, _ change: (inout WireWorkerStatus) -> Void) -> WorkerDocument {
            var wire = WireWorkerStatus()
            wire.name = name
            wire.connected = true
            wire.slots = 2
            change(&wire)
            return WorkerDocument(wire, now: Fixture.now)
        }
        let workers = WorkersDocument(workers: [
            worker("alpha") { $0.draining = true },
            worker("beta") { ($0.draining, $0.running) = (true, [Fixture.building]) },
            worker("gamma") {
                $0.setAside = "3 builds failed here that succeed elsewhere; tried again at 20:05"
                $0.speed = 0.5
            },
            worker("delta") { $0.speed = 1.26 },
        ])
        let lines = workers.lines(width: nil)
        #expect(
            lines.map { $0.text.split(separator: " ").prefix(3).joined(separator: " ") } == [
                "WORKER STATE BUILDS", "alpha drained 0/2", "beta draining 1/2", "gamma set aside",
                "delta connected 0/2", "gamma is set", "20:05; farmctl resume",
            ])
        #expect(lines[3].text.contains("0.5x"))
        #expect(lines[4].text.contains("1.3x"))
        #expect(
            Array(lines.dropFirst(5)).text == """
                gamma is set aside: 3 builds failed here that succeed elsewhere; tried again at
                  20:05; farmctl resume gamma takes it back

                """)
    }

    @Test func `What is wrong with the farm as a whole stands first`() {
        var wire = WireStatusAnswer()
        wire.paused = "disk full: 0 B free in /srv/binhost"
        wire.refusedPeers = 3
        #expect(
            StatusDocument(wire).lines(width: nil).text == """
                idle: 0 of 0 workers connected, 0 builds
                paused: disk full: 0 B free in /srv/binhost
                3 refused: peers with an unknown key, or messages that make no sense

                no worker has said hello yet

                """)
    }

    @Test func `Only the newest run explains at length why it was not resolved`() {
        let unresolved = WireRunStatus.with {
            $0.run = 2
            $0.farm = "hep"
            $0.state = .runFailed
            $0.failure = .with {
                $0.class = .resolveFailed
                $0.reason = "there is no ebuild of a/b"
            }
            $0.resolveError = .with {
                $0.kind = "unknown-atom"
                $0.atom = "a/b"
            }
        }
        var wire = WireStatusAnswer()
        wire.runs = [unresolved]
        #expect(StatusDocument(wire).lines(width: nil).text.contains("Is the overlay that has it in the farm's image?"))
        wire.runs.append(.with { $0.run = 3 })
        let text = StatusDocument(wire).lines(width: nil).text
        #expect(
            text.hasSuffix(
                """
                run 2 could not be resolved
                  resolve-failed: there is no ebuild of a/b
                  farmctl status --run 2 says more

                """))
    }

    @Test func `More failures than fit are counted`() {
        var status = Fixture.status
        status.runs[0].failed = (Int32(0)..<20).map { number in
            var job = Fixture.failed
            job.job = number
            return job
        }
        status.runs[0].jobs["failed"] = 30
        let text = StatusDocument(status).lines(width: nil).text
        #expect(text.hasSuffix("  and 25 more: farmctl jobs --run 12 --state failed\n"))
        let verbose = StatusPage(status: StatusDocument(status), isVerbose: true).lines(width: nil).text
        #expect(verbose.hasSuffix("  and 10 more: farmctl jobs --run 12 --state failed\n"))
    }

    @Test func `A run that has ended is not expected to end`() {
        let run = RunDocument(Fixture.ended(.runSucceeded).runs[0], now: Fixture.now + 99_000)
        #expect(run.etaAt == nil)
        #expect(run.remainingS == nil)
        #expect(run.elapsedS == 125)
    }

    @Test func `Jobs say why they are as they are`() {
        let cached = WireJobStatus.with {
            $0.run = 12
            $0.job = 1
            $0.cpv = "dev-libs/gsl-2.7"
            $0.state = .jobCached
            $0.reason = "cached: dev-libs/gsl/gsl-2.7-1.gpkg.tar"
        }
        let waiting = WireJobStatus.with {
            $0.run = 12
            $0.job = 5
            $0.cpv = "sci-physics/hepmc-3.1.2"
            $0.state = .jobWaiting
            $0.reason = "new"
            $0.waitingFor = ["dev-libs/expat-2.5.0", "dev-libs/gsl-2.7"]
        }
        let jobs = [cached, Fixture.building, Fixture.failed, waiting].map { JobDocument($0, now: Fixture.now) }
        #expect(
            JobsDocument(run: 12, total: jobs.count, jobs: jobs).lines(width: nil).text == """
                JOB  PACKAGE                  STATE    WORKER  PHASE     TOOK    EXPECTED  ATTEMPTS  WHY
                  1  dev-libs/gsl-2.7         cached                                                 cached: dev-libs/gsl/gsl-2.7-1.gpkg.tar
                  3  dev-libs/expat-2.5.0     leased   alpha   building  30 s  1 min 00 s         1  new
                  4  sci-libs/broken-1.0      failed   beta              30 s                     2  build-failed: emerge ended with status 1
                  5  sci-physics/hepmc-3.1.2  waiting                                                waits for dev-libs/expat-2.5.0, dev-libs/gsl-2.7

                """)
    }
}
