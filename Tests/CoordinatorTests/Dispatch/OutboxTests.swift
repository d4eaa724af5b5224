import Core
import Shared
import Testing
import ZeroMQ

@testable import Coordinator

@Suite("What a batch says to workers")
struct OutboxTests {
    let one = WorkerName(rawValue: "w1")
    let two = WorkerName(rawValue: "w2")

    private func revoke(_ reason: String) -> WireCoordinatorMessage.OneOf_Body {
        var revoke = WireRevoke()
        revoke.reason = reason
        return .revoke(revoke)
    }

    private func reasons(_ letter: Outbox.Letter) throws -> [String] {
        let message = try letter.frame.parse(WireCoordinatorMessage.self)
        guard case .several(let several) = message.body else { return [message.revoke.reason] }
        return several.messages.map(\.revoke.reason)
    }

    @Test("a worker gets one frame, with its messages in the order in which they were said")
    func together() throws {
        var outbox = Outbox()
        // Lengths of one and of two bytes.
        let said = ["a", String(repeating: "b", count: 200), "c"]
        for reason in said { try outbox.add(revoke(reason), for: one, name: "revoke") }
        try outbox.add(revoke("alone"), for: two, name: "revoke")
        #expect(outbox.letters.map(\.worker) == [one, two])
        #expect(try outbox.letters.map(reasons) == [said, ["alone"]])
    }

    @Test("a frame stays far below what a peer takes; what is too much goes into the next")
    func bounded() throws {
        var outbox = Outbox()
        let said = (0..<20).map { String(repeating: "\($0 % 10)", count: 50_000) }
        for reason in said { try outbox.add(revoke(reason), for: one, name: "revoke") }
        #expect(outbox.letters.count > 1)
        #expect(outbox.letters.allSatisfy { $0.frame.count < SocketSettings.largestControlFrame / 2 })
        #expect(try outbox.letters.flatMap(reasons) == said)
    }
}
