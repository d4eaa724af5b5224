import Foundation
import Shared
import SwiftProtobuf
import Synchronization
import Testing

@testable import Farmctl

@Suite(.timeLimit(.minutes(1)))
struct LogTests {
    static func answer(_ text: String, offset: Int64, fence: UInt64 = 1, complete: Bool = false) -> WireLogAnswer {
        .with {
            $0.run = 9
            $0.cpv = "dev-libs/expat-2.5.0"
            $0.fence = fence
            $0.offset = offset
            $0.data = Data(text.utf8)
            $0.complete = complete
        }
    }

    /// What is printed, and the reader afterwards.
    static func read(_ reader: inout LogReader, _ answers: [WireLogAnswer]) -> (text: String, events: [LogReader.Event])
    {
        let events = answers.flatMap { reader.take($0) }
        let text = events.map { if case .text(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { "" } }
        return (text.joined(), events)
    }

    @Test func `Pieces are put together, what comes twice is shown once`() {
        var reader = LogReader(package: "expat", run: 0, follows: true)
        let (text, events) = Self.read(
            &reader,
            [
                Self.answer("hello ", offset: 0), Self.answer("lo wor", offset: 3), Self.answer("wor", offset: 6),
                Self.answer("ld", offset: 9, complete: true),
            ])
        #expect(text == "hello world")
        #expect(events.last == .end)
        #expect(reader.request.run == 9)
        #expect(reader.request.offset == 11)
    }

    @Test func `Another attempt begins at its start`() {
        var reader = LogReader(package: "expat", run: 0, follows: true)
        _ = Self.read(&reader, [Self.answer("first", offset: 0)])
        // The second attempt's log at the first one's place: not shown, asked for again from its start.
        let (text, events) = Self.read(&reader, [Self.answer("tail", offset: 5, fence: 2, complete: true)])
        #expect(text.isEmpty)
        #expect(events == [.newAttempt(cpv: "dev-libs/expat-2.5.0")])
        #expect(reader.request.offset == 0)
        #expect(Self.read(&reader, [Self.answer("again", offset: 0, fence: 2, complete: true)]).text == "again")
    }

    @Test func `A gap in a log is passed over`() {
        var reader = LogReader(package: "expat", run: 0, follows: false)
        #expect(Self.read(&reader, [Self.answer("a", offset: 0), Self.answer("z", offset: 100)]).text == "az")
        #expect(reader.request.offset == 101)
    }

    @Test func `Without following, what there is ends the reading`() {
        var reader = LogReader(package: "expat", run: 0, follows: false)
        #expect(reader.take(Self.answer("some", offset: 0)) == [.text(Array("some".utf8))])
        #expect(reader.take(Self.answer("", offset: 4)) == [.end])
        var following = LogReader(package: "expat", run: 0, follows: true)
        #expect(following.take(Self.answer("", offset: 0)) == [])
    }

    @Test func `A followed log that is silent for long is not taken for a dead coordinator`() async throws {
        let asked = Mutex(0)
        try await FakeCoordinator.with({ body in
            guard case .log(let request) = body else { return nil }
            let number = asked.withLock { count in
                count += 1
                return count
            }
            // The first follow is never answered, the probe says that nothing is new, then the end comes.
            if number == 1 { return nil }
            if !request.follow { return .log(Self.answer("", offset: 0)) }
            return .log(Self.answer("done", offset: 0, complete: true))
        }) { coordinator in
            let text = try await coordinator.connected { connection in
                var reader = LogReader(package: "expat", run: 0, follows: true, patience: .milliseconds(200))
                var text = ""
                while true {
                    for event in try await reader.next(&connection) {
                        switch event {
                        case .text(let bytes): text += String(decoding: bytes, as: UTF8.self)
                        case .end: return text
                        case .newAttempt: break
                        }
                    }
                }
            }
            #expect(text == "done")
            #expect(asked.withLock { $0 } == 3)
        }
    }
}
