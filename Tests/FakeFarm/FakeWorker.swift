import BenchmarkSupport
import Core
import Shared
import SwiftProtobuf
import ZeroMQ

/// Speaks to the coordinator as a worker does, and goes through a build's phases without building anything.
struct FakeWorker: Sendable {
    private let socket: AsyncSocket
    private let package = Blob(digest: ContentHasher.digest([1]), size: 1 << 20).wire

    private static let slots: Int32 = 4
    private static let phases: [WirePhase] = [.fetchingPackages, .preparingRoot, .building, .offering]
    /// Long enough that the phases of one build are not told in one breath.
    private static let phase = Duration.milliseconds(10)

    /// Says Hello; the connection is made in the background.
    init(_ number: Int, site: Site, context: Context, loop: EventLoop) async throws {
        let (own, head) = try site.secrets(of: number)
        socket = AsyncSocket(
            try Socket(context, kind: .dealer, options: SocketSettings.controlClient(own.pair, server: head.key)),
            on: loop)
        try await socket.connect(to: site.control)
        var hello = WireHello()
        hello.protocolMin = 3
        hello.protocolMax = 3
        hello.version = "fake"
        hello.hostname = "fake-host-\(number)"
        hello.slots = Self.slots
        hello.cores = Self.slots
        hello.memory = 64 << 30
        hello.diskFree = 1 << 40
        hello.engine = "none"
        try await send(.hello(hello))
    }

    func work(_ allowance: Allowance) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                for message in try await receive() {
                    switch message {
                    case .assign(let assign):
                        group.addTask {
                            await allowance.begin()
                            try await build(assign.attempt)
                        }
                    case .settled: await allowance.end()
                    case .revoke(let revoke): throw BenchmarkError("a build was revoked: \(revoke.reason)")
                    case .error(let error): throw BenchmarkError("the coordinator says: \(error.message)")
                    default: break
                    }
                }
            }
        }
    }

    private func build(_ attempt: WireAttempt) async throws {
        for phase in Self.phases {
            var held = WireHeldAttempt()
            held.attempt = attempt
            held.phase = phase
            var renew = WireRenew()
            renew.attempts = [held]
            try await send(.renew(renew))
            try await Task.sleep(for: Self.phase)
        }
        var finished = WireFinished()
        finished.attempt = attempt
        if Plan.isLeaf(Int(attempt.job)) {
            finished.failure.class = .buildFailed
            finished.failure.reason = "its compile phase failed"
            finished.failure.firstErrorLine = "fake.c:\(attempt.job % 7):1: error: this build is fake"
        } else {
            finished.package = package
        }
        finished.resources.wallMs = 1000
        finished.resources.cpuMs = 2000
        finished.resources.peakMemory = 1 << 28
        try await send(.finished(finished))
    }

    private func send(_ body: WireClientMessage.OneOf_Body) async throws {
        var wire = WireClientMessage()
        wire.body = body
        try await socket.send(Message(try wire.serializedBytes() as [UInt8]))
    }

    /// What the next message says.
    private func receive() async throws -> [WireCoordinatorMessage.OneOf_Body] {
        let wire: WireCoordinatorMessage = try await socket.receive()[0].parse(WireCoordinatorMessage.self)
        guard case .several(let several) = wire.body else { return wire.body.map { [$0] } ?? [] }
        return several.messages.compactMap(\.body)
    }
}
