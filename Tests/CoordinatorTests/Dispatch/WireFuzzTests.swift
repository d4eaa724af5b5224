import FaultSimulation
import SwiftProtobuf
import Testing

@testable import BinpkgTesting
@testable import Shared

/// Whatever comes from a socket, decoding it ends with a message or a refusal; and a message that was taken in means the same
/// when it is sent on.
struct WireFuzzTests {
    private static func check<Message: SwiftProtobuf.Message & Equatable>(_: Message.Type, _ bytes: [UInt8]) throws {
        guard let message = try? Message(serializedBytes: bytes) else { return }
        let again: Message = try Message(serializedBytes: message.serializedBytes() as [UInt8])
        // Not compared by ==: a NaN is not itself.
        #expect(try again.serializedBytes() as [UInt8] == message.serializedBytes() as [UInt8])
        switch message {
        case let message as WireClientMessage:
            if case .hello(let hello)? = message.body { for held in hello.attempts { _ = try? held.attempt.domain() } }
            if case .finished(let finished)? = message.body {
                _ = try? finished.attempt.domain()
                _ = try? finished.package.domain()
                _ = try? finished.failure.domain()
                _ = finished.resources.domain()
            }
        case let message as WireCoordinatorMessage:
            if case .assign(let assign)? = message.body {
                if let task = try? assign.build.domain() { #expect(try task.wire.domain() == task) }
                if let task = try? assign.resolve.domain() { #expect(try task.wire.domain() == task) }
            }
        default: break
        }
    }

    private static func checkAll(_ bytes: [UInt8]) throws {
        try check(WireClientMessage.self, bytes)
        try check(WireCoordinatorMessage.self, bytes)
        try check(WireBulkMessage.self, bytes)
    }

    private static func samples() throws -> [[UInt8]] {
        let digest = ContentHasher.digest([1]).hex
        let blob = WireBlob.with { ($0.sha256, $0.size) = (digest, 5) }
        let attempt = WireAttempt.with { ($0.run, $0.job, $0.fence) = (3, 4, 5) }
        let assign = WireCoordinatorMessage.with {
            $0.assign.attempt = attempt
            $0.assign.image = blob
            $0.assign.build = .with {
                ($0.cpv, $0.slot, $0.repository, $0.buildID, $0.jobs) = ("dev-libs/a-1", "0/2", "farm", 4, 2)
                ($0.use, $0.iuse) = (["x"], ["x", "y"])
                $0.dependencies = [
                    .with {
                        ($0.cpv, $0.buildID, $0.path) = ("dev-libs/b-2", 1, "dev-libs/b/b-2-1.gpkg.tar")
                        $0.package = blob
                    }
                ]
                $0.limits = .with { ($0.memory, $0.timeoutMs) = (1 << 30, 5000) }
            }
        }
        let finished = WireClientMessage.with {
            $0.finished.attempt = attempt
            $0.finished.failure = .with { ($0.class, $0.reason) = (.buildFailed, "why") }
            $0.finished.resources = .with { ($0.wallMs, $0.cpuMs) = (1, 2) }
        }
        let hello = WireClientMessage.with {
            $0.hello.attempts = [
                .with {
                    $0.attempt = attempt
                    $0.phase = .building
                }
            ]
        }
        let offer = WireBulkMessage.with {
            $0.transfer = 7
            $0.offer = .with { ($0.blob, $0.attempt) = (blob, attempt) }
        }
        return try [
            assign.serializedBytes(), finished.serializedBytes(), hello.serializedBytes(), offer.serializedBytes(),
        ]
    }

    @Test(arguments: 1...Fuzzing.seeds) func `Damaged messages`(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let samples = try Self.samples()
        for _ in 0..<500 {
            var bytes = samples.randomElement(using: &dice) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &dice)
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(contentsOf: samples.randomElement(using: &dice) ?? [], at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            try Self.checkAll(bytes)
        }
    }

    @Test(arguments: 1...Fuzzing.seeds) func `Any bytes`(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            try Self.checkAll(
                (0..<Int.random(in: 0...200, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) })
        }
    }
}
