import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

/// What was built before, what happens now, and building again what failed.
@Suite(.timeLimit(.minutes(1))) struct PastTests {
    private static let history = WireHistoryAnswer.with {
        $0.package = "dev-libs/expat"
        $0.builds = [
            (Int64(3), WireJobState.jobPublished, Int64(4000)), (2, .jobFailed, 500), (1, .jobPublished, 8000),
        ].map {
            run, state, wall in
            .with {
                $0.farm = "hep"
                $0.packageSize = state == .jobPublished ? 3 << 20 : 0
                $0.job = .with {
                    $0.run = run
                    $0.cpv = "dev-libs/expat-2.5.\(run)"
                    $0.state = state
                    $0.worker = "alpha"
                    $0.startedMs = Fixture.now
                    $0.resources = .with { $0.wallMs = wall }
                    if state == .jobFailed {
                        $0.failure = .with {
                            $0.class = .buildFailed
                            $0.firstErrorLine = "expat.c:1: error: x"
                        }
                    }
                }
            }
        }
    }

    @Test func `A package's builds are a line each, and all of them a sparkline`() {
        #expect(
            HistoryDocument(Self.history).lines(width: nil).map(\.text).joined(separator: "\n") == """
                dev-libs/expat  █×▅

                RUN  VERSION  STATE      WORKER  WHEN                    TOOK  PACKAGE  WHY
                  3  2.5.3    published  alpha   2026-11-20T19:55:56Z     4 s  3.0 MiB
                  2  2.5.2    failed     alpha   2026-11-20T19:55:56Z  500 ms           expat.c:1: error: x
                  1  2.5.1    published  alpha   2026-11-20T19:55:56Z     8 s  3.0 MiB
                """)
    }

    @Test func `Retrying says which run builds it again`() async throws {
        try await FakeCoordinator.with({ _ in .submit(.with { $0.run = 13 }) }) { coordinator in
            let run = try await coordinator.connected { try await $0.retry(run: 12, packages: ["a/b"]) }
            #expect(run == 13)
            guard case .retry(let request)? = coordinator.requests.first else { return #expect(Bool(false)) }
            #expect(request.run == 12)
            #expect(request.packages == ["a/b"])
        }
    }

    @Test func `Following what happens goes on behind what is known, and asks whether anybody is there`() async throws {
        try await FakeCoordinator.with({ request in
            guard case .events(let events) = request else { return nil }
            // Silence, as nothing happens.
            if events.follow { return nil }
            return .events(.with { $0.last = 7 })
        }) { coordinator in
            try await coordinator.connected { connection in
                let begin = try await connection.events(after: 0, patience: .seconds(10))
                #expect(begin?.last == 7)
                let nothing = try await connection.events(after: 7, patience: .milliseconds(100))
                #expect(nothing == nil)
            }
            #expect(coordinator.requests.count == 3)
        }
    }

    @Test func `An event is one line`() {
        let event = EventDocument(
            .with {
                $0.number = 1
                $0.timeMs = Fixture.now
                $0.kind = "job-ended"
                $0.run = 12
                $0.cpv = "a/b-1"
                $0.state = "failed"
                $0.text = "a/b-1 failed: build-failed: \u{1B}[31mx"
            })
        #expect(event.line.text == #"19:55:56 run 12  a/b-1 failed: build-failed: \x1b[31mx"#)
    }
}
