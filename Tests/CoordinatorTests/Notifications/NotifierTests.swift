import Core
import Foundation
import Hummingbird
import Logging
import Shared
import SwiftProtobuf
import Synchronization
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite(.timeLimit(.minutes(2))) struct NotifierTests {
    private static func event(_ kind: String, _ state: String = "") -> WireFarmEvent {
        .with {
            $0.number = 7
            $0.kind = kind
            $0.state = state
            $0.text = "run 12 \"failed\":\nx"
        }
    }

    private static func rule(_ text: String) throws -> NotificationRule {
        try StrictYAML.decode(NotificationRule.self, from: text, file: "coordinator.yaml")
    }

    private static func quiet() -> Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// A server that answers with these statuses in turn, then with 204; gives what was posted.
    private static func withHook(
        failing: [Int] = [], _ body: (_ address: String, _ posted: AsyncStream<String>) async throws -> Void
    ) async throws {
        let (posted, post) = AsyncStream.makeStream(of: String.self)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let statuses = Mutex(failing)
        let router = Router()
        router.post("/secret") { request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let status = statuses.withLock { $0.isEmpty ? 204 : $0.removeFirst() }
            if status == 204 { post.yield(text) }
            return Response(status: .init(code: status))
        }
        let responder = router.buildResponder()
        let app = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: quiet())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            let number = try #require(await ports.first { _ in true })
            try await body("http://127.0.0.1:\(number)/secret", posted)
            group.cancelAll()
        }
    }

    private func telling(_ rules: [NotificationRule], _ body: (Notifier) async throws -> Void) async throws {
        let notifier = Notifier(rules, logger: Self.quiet(), delays: [.milliseconds(10), .milliseconds(10)])
        let running = Task { await notifier.run() }
        try await body(notifier)
        running.cancel()
        await running.value
    }

    @Test func `A webhook gets the event, also when it fails at first`() async throws {
        try await Self.withHook(failing: [500, 503]) { address, posted in
            try await telling([try Self.rule("{webhook: '\(address)', on: [run-failed]}")]) { notifier in
                notifier.take(Self.event("run-ended", "succeeded"))
                notifier.take(Self.event("run-ended", "failed"))
                let text = try #require(await posted.first { _ in true })
                let document = try #require(
                    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
                #expect(document["kind"] as? String == "run-ended")
                #expect(document["state"] as? String == "failed")
                #expect(document["text"] as? String == "run 12 \"failed\":\nx")
            }
        }
    }

    @Test func `What is given up keeps nothing behind it waiting`() async throws {
        try await Self.withHook(failing: [500, 500, 500]) { address, posted in
            try await telling([try Self.rule("{webhook: '\(address)'}")]) { notifier in
                notifier.take(Self.event("run-ended", "failed"))
                notifier.take(Self.event("worker-lost"))
                let text = try #require(await posted.first { _ in true })
                #expect(text.contains("worker-lost"))
            }
        }
    }

    @Test func `An address can come from a file, and a program can be told`() async throws {
        let directory = try TemporaryDirectory()
        let program = directory.path.appending("tell")
        try await Self.withHook { address, posted in
            let file = directory.path.appending("hook")
            try AtomicFile.write(Array("\(address)\n".utf8), to: file, permissions: .ownerReadWrite)
            // Whatever the program is told comes back by the same way.
            let script = "#!/bin/sh\n{ echo \"$BINFARM_EVENT $1\"; cat; } | curl --silent --data-binary @- \(address)\n"
            try AtomicFile.write(Array(script.utf8), to: program, permissions: [.ownerReadWriteExecute])
            let rules = [
                try Self.rule("{webhook-file: hook}").below(directory.path),
                try Self.rule("{command: ['\(program)', loud]}"),
            ]
            try await telling(rules) { notifier in
                notifier.take(Self.event("worker-lost"))
                var texts = posted.makeAsyncIterator()
                let both = [try #require(await texts.next()), try #require(await texts.next())]
                #expect(both.count { $0.hasPrefix("worker-lost loud\n{") } == 1)
                #expect(both.count { $0.hasPrefix("{") } == 1)
            }
        }
    }

    @Test(arguments: [
        "{}", "{webhook: ftp://x}", "{webhook: 'http://a b'}", "{command: []}", "{command: [tell]}",
        "{webhook: 'http://x', command: [/bin/tell]}", "{webhook: 'http://x', on: [sunrise]}", "{hook: 'http://x'}",
    ])
    func `A rule that tells nobody is refused`(text: String) {
        #expect(throws: (any Error).self) { try Self.rule(text) }
    }

    @Test func `The log does not tell a webhook's secret`() throws {
        for address in [
            "https://chat.example/hooks/secret", "https://me:secret@chat.example/", "https://chat.example?token=secret",
        ] {
            #expect(try Self.rule("{webhook: '\(address)'}").name == "webhook chat.example")
        }
    }
}
