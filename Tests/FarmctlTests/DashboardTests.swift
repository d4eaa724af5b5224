import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct DashboardTests {
    private static func job(_ index: Int32, _ cpv: String, _ state: WireJobState) -> WireJobStatus {
        .with {
            $0.run = 12
            $0.job = index
            $0.cpv = cpv
            $0.state = state
            $0.attempts = state == .jobWaiting ? 0 : 1
            if state == .jobLeased { $0.worker = "alpha" }
            if state == .jobFailed {
                $0.failure = .with {
                    $0.class = .buildFailed
                    $0.firstErrorLine = "b.c:1: error: x"
                }
            }
        }
    }

    private static let jobs = [
        job(0, "a/a-1", .jobLeased), job(1, "a/b-1", .jobFailed), job(2, "a/c-1", .jobWaiting),
    ]

    private static func dashboard(jobs: [WireJobStatus] = jobs) -> Dashboard {
        let status = WireStatusAnswer.with {
            $0.nowMs = Fixture.now
            $0.runs = [
                .with {
                    $0.run = 12
                    $0.farm = "hep"
                    $0.targets = ["@hep"]
                    $0.state = .runBuilding
                    $0.jobs = ["published": 3, "failed": 1, "leased": 1]
                }
            ]
            $0.workers = ["alpha", "beta"].map { name in
                .with {
                    $0.name = name
                    $0.connected = true
                    $0.slots = 2
                }
            }
        }
        var dashboard = Dashboard()
        dashboard.take(
            .init(
                status: StatusDocument(status), outlooks: [], run: 12,
                jobs: jobs.map { JobDocument($0, now: Fixture.now) }))
        return dashboard
    }

    private static func text(_ dashboard: Dashboard, width: Int = 80, height: Int = 24) -> [String] {
        dashboard.picture(width: width, height: height).map(\.text)
    }

    @Test(arguments: [(80, 24), (40, 10), (20, 5), (200, 60)])
    func `A picture fills the terminal and no more`(width: Int, height: Int) {
        var dashboard = Self.dashboard()
        for _ in 0..<3 {
            let lines = Self.text(dashboard, width: width, height: height)
            #expect(lines.count == height)
            #expect(lines.allSatisfy { $0.count <= width })
            // The list, then a log, then the help.
            _ = dashboard.press(dashboard.log == nil ? .enter : .character("?"))
        }
    }

    @Test(arguments: [(80, 24), (80, 12), (40, 8)])
    func `However much goes on, the job that the keys are at is to be seen`(width: Int, height: Int) {
        var dashboard = Self.dashboard()
        let runs = (Int64(1)...3).map { number in
            WireRunStatus.with {
                $0.run = number
                $0.state = .runBuilding
                $0.jobs = ["waiting": 1000]
            }
        }
        let outlooks = runs.map { run in
            RunDetailDocument(
                .with {
                    $0.run = run
                    $0.perHour = 3
                    $0.decidingPath = (1...9).map { index in
                        .with { $0.cpv = "category-of-some-length/package-\(index)" }
                    }
                })
        }
        let workers = (1...9).map { number in WireWorkerStatus.with { $0.name = "node\(number)" } }
        let status = WireStatusAnswer.with {
            $0.runs = runs
            $0.workers = workers
        }
        dashboard.take(
            .init(
                status: StatusDocument(status), outlooks: outlooks, run: 3,
                jobs: (0..<30).map { JobDocument(Self.job($0, "a/p\($0)-1", .jobLeased), now: Fixture.now) }))
        for _ in 0..<20 { _ = dashboard.press(.down) }
        #expect(Self.text(dashboard, width: width, height: height).contains { $0.hasPrefix("> a/p20-1") })
        _ = dashboard.press(.tab)
        #expect(Self.text(dashboard, width: width, height: height).contains { $0.hasPrefix("> node1") })
    }

    @Test func `It says what there is to know, and marks what the keys are at`() {
        let lines = Self.text(Self.dashboard())
        #expect(lines.first == "binfarm  2026-11-20T19:55:56Z  live")
        #expect(lines.contains { $0.hasPrefix("run 12 hep  building  [") })
        #expect(lines.contains { $0.hasPrefix("> a/a-1") })
        #expect(lines.contains { $0.hasPrefix("  a/b-1") && $0.hasSuffix("b.c:1: error: x") })
        #expect(lines.last?.contains("q quit") == true)
    }

    @Test func `Keys move, open a log and come back`() {
        var dashboard = Self.dashboard()
        #expect(dashboard.press(.down) == nil)
        #expect(dashboard.press(.enter) == .openLog(run: 12, cpv: "a/b-1"))
        dashboard.take(log: "one\nb.c:1: error: x\nthree")
        let lines = Self.text(dashboard)
        #expect(lines[1].hasPrefix("log of a/b-1"))
        #expect(lines[3] == "b.c:1: error: x")
        #expect(dashboard.press(.character("q")) == .closeLog)
        #expect(Self.text(dashboard).contains { $0.hasPrefix("> a/b-1") }, "the selection stays")
        #expect(dashboard.press(.character("q")) == .quit)
    }

    @Test func `What has no log says so`() {
        var dashboard = Self.dashboard()
        _ = dashboard.press(.end)
        #expect(dashboard.press(.enter) == nil)
        #expect(Self.text(dashboard).last?.contains("a/c-1 has no log") == true)
    }

    @Test func `The selected job stays selected when others come and go`() {
        var dashboard = Self.dashboard()
        _ = dashboard.press(.down)
        dashboard.take(
            .init(
                status: dashboard.news?.status ?? StatusDocument(.init()), outlooks: [], run: 12,
                jobs: [Self.job(5, "a/0-1", .jobLeased), Self.job(1, "a/b-1", .jobFailed)].map {
                    JobDocument($0, now: Fixture.now)
                }))
        #expect(Self.text(dashboard).contains { $0.hasPrefix("> a/b-1") })
    }

    @Test func `Something is looked for in all jobs`() {
        var dashboard = Self.dashboard()
        #expect(dashboard.press(.character("/")) == nil)
        for character in "fail" { _ = dashboard.press(.character(character)) }
        #expect(dashboard.wantsAllJobs)
        #expect(dashboard.jobs.map(\.cpv) == ["a/b-1"])
        #expect(dashboard.press(.enter) == nil)
        // q is a letter while typing, and a key again afterwards.
        #expect(dashboard.press(.escape) == .refresh)
        #expect(!dashboard.wantsAllJobs)
    }

    @Test func `A worker is drained, and what failed is built again`() {
        var dashboard = Self.dashboard()
        #expect(dashboard.press(.character("d")) == nil, "the jobs are at the keys")
        #expect(dashboard.press(.character("r")) == nil, "it has not failed")
        _ = dashboard.press(.down)
        #expect(dashboard.press(.character("r")) == .retry(run: 12, cpv: "a/b-1"))
        _ = dashboard.press(.tab)
        _ = dashboard.press(.down)
        #expect(dashboard.press(.character("d")) == .drain(worker: "beta", resume: false))
    }

    @Test func `Ctrl-C leaves from everywhere`() {
        for keys: [Key] in [[], [.enter], [.character("?")], [.character("/"), .character("x")]] {
            var dashboard = Self.dashboard()
            for key in keys { _ = dashboard.press(key) }
            #expect(dashboard.press(.interrupt) == .quit)
        }
    }

    @Test func `A log is followed at its end until somebody goes back in it`() {
        var log = LogPane(cpv: "a/b-1", firstError: "line 7")
        log.take((1...100).map { "line \($0)\n" }.joined())
        #expect(log.shown(height: 3).map(\.text) == ["line 99", "line 100", ""])
        log.press(.pageUp, page: 3)
        let seen = log.shown(height: 3).map(\.text)
        log.take("line 101\n")
        #expect(log.shown(height: 3).map(\.text) == seen)
        log.press(.character("e"), page: 9)
        #expect(log.shown(height: 9).map(\.text)[3] == "line 7")
        log.press(.end, page: 9)
        #expect(log.shown(height: 2).map(\.text) == ["line 101", ""])
        log.press(.up, page: 2)
        #expect(log.shown(height: 2).map(\.text) == ["line 100", "line 101"], "the first key press moves")
        log.press(.end, page: 2)
        log.take("a\tb")
        #expect(log.shown(height: 1).map(\.text) == ["a       b"])
        log.take("\n")
    }

    @Test func `The first error is gone to when it comes, if it was asked for before the log had come so far`() {
        var log = LogPane(cpv: "a/b-1", firstError: "b.c:1:1: error: told")
        log.press(.character("e"), page: 4)
        log.take("a.c:1:1: error: another\n" + String(repeating: "plain\n", count: 9))
        #expect(log.shown(height: 4).map(\.text)[0].hasSuffix("another"))
        log.take("b.c:1:1: error: told\n" + String(repeating: "plain\n", count: 9))
        #expect(log.shown(height: 4).map(\.text) == ["plain", "b.c:1:1: error: told", "plain", "plain"])
        log.press(.end, page: 4)
        log.take("b.c:1:1: error: told\nplain\n")
        #expect(log.shown(height: 3).map(\.text) == ["b.c:1:1: error: told", "plain", ""], "it was found: not again")

        var left = LogPane(cpv: "a/b-1", firstError: "b.c:1:1: error: told")
        left.press(.character("e"), page: 4)
        left.press(.end, page: 4)
        left.take("b.c:1:1: error: told\n" + String(repeating: "plain\n", count: 9))
        #expect(left.shown(height: 2).map(\.text) == ["plain", ""], "somebody went elsewhere meanwhile")
    }

    @Test func `A log without end is not kept for ever`() {
        var log = LogPane(cpv: "a/b-1", firstError: nil)
        for number in 0..<30 { log.take(String(repeating: "\(number)\n", count: 1000)) }
        #expect(log.lines.count == 20_000)
        #expect(log.forgotten == 10_001)
        log.take(String(repeating: "x", count: 5000))
        #expect(log.lines.last?.count == 2000)
    }

    @Test(
        arguments: [
            ([0x1B, 0x5B, 0x41], [Key.up]), ([0x1B, 0x4F, 0x42], [.down]), ([0x1B, 0x5B, 0x35, 0x7E], [.pageUp]),
            ([0x1B, 0x5B, 0x31, 0x3B, 0x35, 0x41, 0x71], [.up, .character("q")]), ([0x1B], [.escape]),
            ([0x1B, 0x5B], []), ([0x6A, 0x0D, 0x03], [.character("j"), .enter, .interrupt]),
            ([0x1B, 0x64, 0x71], [.character("q")]), ([0xC3, 0xA9, 0x7F], [.character("é"), .backspace]),
            ([0xFF, 0x01], []), ([0x1B, 0x5B, 0x5A], []),
        ] as [([UInt8], [Key])])
    func `Bytes are keys`(bytes: [UInt8], keys: [Key]) {
        #expect(Key.decode(bytes) == keys)
    }
}
