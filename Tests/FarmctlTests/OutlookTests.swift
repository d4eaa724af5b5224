import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct OutlookTests {
    private static let detail = WireRunAnswer.with {
        $0.nowMs = Fixture.now
        $0.run = .with {
            $0.run = 12
            $0.state = .runBuilding
            $0.etaMs = Fixture.now + 300_000
        }
        $0.perHour = 18.04
        $0.perHourNow = 23.5
        $0.earliestMs = Fixture.now + 240_000
        $0.latestMs = Fixture.now + 3_600_000
        $0.decidingPath = [
            .with {
                $0.cpv = "a/b-1"
                $0.state = .jobLeased
                $0.phase = .building
                $0.worker = "alpha"
            },
            .with { $0.cpv = "a/c-1" },
        ]
        $0.decidingTotal = 5
    }

    @Test func `A run under way is told with its end, its pace and what decides it`() {
        #expect(
            RunDetailDocument(Self.detail).outlook(width: 80).map(\.text) == [
                "run 12: about 5 min 00 s left (4 min 00 s to 1 h 00 min), 23.5 packages/h now, 18.0 overall",
                "  its end is decided by a/b-1 (building on alpha) > a/c-1 and 3 more",
            ])
    }

    @Test func `Nothing is said of what nobody knows`() {
        var detail = WireRunAnswer()
        detail.run.run = 12
        #expect(RunDetailDocument(detail).outlook(width: 80).isEmpty)
    }

    @Test func `In JSON its fields stand beside the run's`() throws {
        let text = try RunDetailDocument(Self.detail).documentText()
        #expect(text.contains(#""run":12"#))
        #expect(text.contains(#""per_hour_now":23.5"#))
        #expect(text.contains(#""remaining_most_s":3600"#))
        #expect(text.contains(#""deciding_total":5"#))
    }

    @Test func `An older coordinator has nothing to tell`() async throws {
        let refusal = WireErrorAnswer.with { $0.code = .invalid }
        try await FakeCoordinator.with({ _ in .error(refusal) }) { coordinator in
            let details = try await coordinator.connected {
                try await $0.details(of: [RunDocument(.with { $0.run = 12 }, now: Fixture.now)])
            }
            #expect(details.isEmpty)
        }
    }
}
