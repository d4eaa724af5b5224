import Documents
import Shared
import SwiftProtobuf
import Synchronization
import Testing

@testable import Farmctl

@Suite(.timeLimit(.minutes(1)))
struct WatchTests {
    /// What was written.
    final class FakeOutput: Sendable {
        private let content = Mutex("")
        var text: String { content.withLock { $0 } }
        func write(_ text: String) { content.withLock { $0 += text } }
    }

    /// Watches run 12 through these answers, one after the other; nil is silence.
    static func watch(
        _ answers: [WireStatusAnswer?], on terminal: Terminal = .pipe, timeout: Duration = .seconds(10),
        patience: Duration = .seconds(60)
    ) async throws -> (run: RunDocument?, text: String) {
        let rest = Mutex(answers[...])
        let output = FakeOutput()
        let run = try await FakeCoordinator.with({ _ in
            rest.withLock { $0.popFirst() ?? nil }.map { .status($0) }
        }) { coordinator in
            try await coordinator.connected(timeout: timeout) { connection in
                var watch = StatusWatch(
                    run: 12, endsWithRun: true, isVerbose: false, terminal: { terminal }, write: { output.write($0) })
                watch.interval = .milliseconds(1)
                watch.patience = patience
                return try await watch.watch(&connection)
            }
        }
        return (run, output.text)
    }

    @Test func `In a pipe, a line says what changed, and the end says how it went`() async throws {
        let (run, text) = try await Self.watch([
            Fixture.status, Fixture.status, Fixture.ended(.runFailed),
        ])
        #expect(run?.hasSucceeded == false)
        #expect(
            text == """
                run 12: sci-libs/broken-1.0 failed on beta
                  build-failed: emerge ended with status 1
                    main.c:3: error: expected ';'
                run 12: building, 7/10 (2 waiting, 1 leased, 4 published, 2 cached, 1 failed); \
                now dev-libs/expat-2.5.0 on alpha; about 5 min 00 s left
                run 12: failed, 10/10 (7 published, 2 cached, 1 failed) after 2 min 05 s

                """)
    }

    @Test func `A run that succeeds ends the watching well`() async throws {
        #expect(try await Self.watch([Fixture.ended(.runSucceeded)]).run?.hasSucceeded == true)
        #expect(try await Self.watch([Fixture.ended(.runCancelled)]).run?.hasSucceeded == false)
    }

    @Test func `A terminal gets its cursor back`() async throws {
        let terminal = Terminal(isTerminal: true, width: 200, height: 50, palette: .plain)
        let text = try await Self.watch([Fixture.status, Fixture.ended(.runFailed)], on: terminal).text
        #expect(text.hasPrefix("\u{1B}[?25l"))
        #expect(text.hasSuffix("\u{1B}[?25h"))
    }

    @Test func `A coordinator that is away for a while does not end the watching`() async throws {
        let (run, _) = try await Self.watch(
            [Fixture.status, nil, nil, Fixture.ended(.runSucceeded)], timeout: .seconds(2))
        #expect(run?.hasSucceeded == true)
    }

    @Test func `A coordinator that stays away does`() async throws {
        let error = await #expect(throws: FarmctlError.self) {
            try await Self.watch([Fixture.status], timeout: .milliseconds(50), patience: .milliseconds(100))
        }
        #expect(error?.status == .unreachable)
    }

    @Test func `One that was never there ends it at once`() async throws {
        let error = await #expect(throws: FarmctlError.self) { try await Self.watch([nil], timeout: .milliseconds(50)) }
        #expect(error?.status == .unreachable)
    }

    @Test func `A pause is told when it begins and when it ends`() {
        var progress = ProgressLines()
        var wire = WireStatusAnswer()
        #expect(progress.lines(for: StatusDocument(wire)).text == "")
        wire.paused = "disk full"
        #expect(progress.lines(for: StatusDocument(wire)).text == "paused: disk full\n")
        #expect(progress.lines(for: StatusDocument(wire)).text == "")
        wire.paused = ""
        #expect(progress.lines(for: StatusDocument(wire)).text == "goes on\n")
    }
}
