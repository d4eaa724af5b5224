import Core
import Foundation
import Shared
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(2))) struct EventStreamTests {
    @Test func `What happens is told as it happens, and again to whoever names the last that is known`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            let start = await farm.dispatcher.happenings.last
            // Of before anybody looked.
            await farm.dispatcher.drain("node1")
            await farm.dispatcher.feed(.cancelRun(RunID(rawValue: 1)))
            try await farm.dispatcher.rest()
            let text = try await farm.site.get("/api/v1/events?after=\(start)", ["--max-time", "2", "-N"]).text
            let events = try Self.events(text)
            #expect(
                events.map { $0["kind"] as? String } == [
                    "worker-changed", "job-ended", "job-ended", "job-ended", "run-ended",
                ], "\(text)")
            #expect(events.last?["state"] as? String == "cancelled")
            #expect(events.dropFirst().first?["cpv"] as? String == "cat/a-1")
            #expect(text.hasPrefix("retry: "))
            #expect(text.contains("event: beat\n"))

            let third = try #require(events[2]["number"] as? UInt64)
            let rest = try await farm.site.get(
                "/api/v1/events", ["--max-time", "2", "-N", "-H", "Last-Event-ID: \(third)"]
            ).text
            #expect(try Self.events(rest).map { $0["kind"] as? String } == ["job-ended", "run-ended"])
        }
    }

    @Test func `Who follows is told of what comes`() async throws {
        try await WebFarm.with(try WebFarm.openRun()) { farm in
            let first = await farm.dispatcher.ask(
                .events(WireEventsRequest()), as: "me", .viewer, within: .seconds(10))
            guard case .events(let known) = first else { return #expect(Bool(false), "\(first as Any)") }
            #expect(known.events.isEmpty)
            async let next = farm.dispatcher.ask(
                .events(
                    .with {
                        $0.after = known.last
                        $0.follow = true
                    }), as: "me", .viewer, within: .seconds(30))
            while await farm.dispatcher.eventFollowers.isEmpty { await Task.yield() }
            await farm.dispatcher.drain("node1")
            let answer = await next
            guard case .events(let news) = answer else { return #expect(Bool(false), "\(answer as Any)") }
            #expect(news.events.map(\.kind) == ["worker-changed"])
            #expect(news.events.first?.text == "worker node1 is drained: nothing more is leased to it")
        }
    }

    @Test func `Nothing comes in time`() async throws {
        try await WebFarm.with { farm in
            let last = await farm.dispatcher.happenings.last
            let question = WireEventsRequest.with {
                $0.after = last
                $0.follow = true
            }
            let answer = await farm.dispatcher.ask(.events(question), as: "me", .viewer, within: .milliseconds(20))
            #expect(answer == nil)
            #expect(await farm.dispatcher.eventFollowers.isEmpty)
        }
    }

    private static func events(_ text: String) throws -> [[String: Any]] {
        try text.components(separatedBy: "\n\n").filter { $0.contains("data: ") && !$0.contains("event: beat") }.map {
            let line = try #require($0.components(separatedBy: "\n").first { $0.hasPrefix("data: ") })
            return try #require(
                try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)) as? [String: Any])
        }
    }
}

extension Dispatcher {
    fileprivate func drain(_ worker: String) { feed(.drain(WorkerName(rawValue: worker))) }
}
