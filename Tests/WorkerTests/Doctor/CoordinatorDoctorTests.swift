import Glibc
import SystemPackage
import Testing
import ZeroMQ

@testable import Shared
@testable import Worker

extension DoctorTests {
    /// What is behind the coordinator's ports, over real sockets.
    @Suite(.timeLimit(.minutes(1))) struct Ports {
        private func probe(_ fake: FakeCoordinator) throws -> CoordinatorProbe {
            let worker = try SecretKeyFile(contentsOf: fake.directory.appending("w1.secret"))
            return CoordinatorProbe(keys: worker.pair, server: fake.keys.publicKey, patience: .seconds(3))
        }

        /// A TCP port of this host's, bound and listening or not.
        private func port(listening: Bool) throws -> (descriptor: FileDescriptor, endpoint: String) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0
                }
            }
            try #require(code)
            if listening { try #require(listen(descriptor, 8) == 0) }
            return (FileDescriptor(rawValue: descriptor), "tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
        }

        @Test func `The right key on both sides, and no Hello`() async throws {
            let fake = try FakeCoordinator()
            try await fake.start()
            let probe = try probe(fake)
            #expect(await probe.call(fake.controlEndpoint, asks: true) == .established(.worker))
            #expect(await probe.call(fake.bulkEndpoint, asks: false) == .established(.unknown))
            #expect(await fake.hellos.isEmpty)
            await fake.stop()
        }

        @Test func `Another coordinator's key`() async throws {
            let fake = try FakeCoordinator()
            try await fake.start()
            let worker = try SecretKeyFile(contentsOf: fake.directory.appending("w1.secret"))
            let other = try CurveKeyPair.generate().publicKey
            let probe = CoordinatorProbe(keys: worker.pair, server: other, patience: .seconds(3))
            #expect(await probe.call(fake.controlEndpoint, asks: true) == .anotherKey)
            await fake.stop()
        }

        @Test func `A worker whose key the coordinator does not know`() async throws {
            let fake = try FakeCoordinator()
            try await fake.start()
            let probe = CoordinatorProbe(
                keys: try CurveKeyPair.generate(), server: fake.keys.publicKey, patience: .seconds(3))
            #expect(await probe.call(fake.controlEndpoint, asks: true) == .refused(status: 400))
            await fake.stop()
        }

        @Test func `A worker whose key the coordinator does not know yet, of which it tells nobody`() async throws {
            let loop = try EventLoop.start(name: "waits")
            let context = try Context()
            let zap = try await ZAPHandler.start(in: context, on: loop) { _ in .deferred(reason: "unknown key") }
            let keys = try CurveKeyPair.generate()
            let socket = AsyncSocket(
                try Socket(context, kind: .router, options: SocketSettings.controlServer(keys.secretKey)), on: loop)
            let endpoint = try await socket.bind(to: "tcp://127.0.0.1:*")
            let stranger = try CurveKeyPair.generate()
            let probe = CoordinatorProbe(keys: stranger, server: keys.publicKey, patience: .seconds(2))
            #expect(await probe.call(endpoint, asks: true) == .silent)
            let other = CoordinatorProbe(keys: stranger, server: stranger.publicKey, patience: .seconds(2))
            #expect(await other.call(endpoint, asks: true) == .anotherKey)
            await socket.close()
            await zap.close()
            await loop.shutdown()
        }

        @Test func `Nothing listens, and nothing has that name`() async throws {
            let probe = CoordinatorProbe(
                keys: try CurveKeyPair.generate(), server: try CurveKeyPair.generate().publicKey,
                patience: .milliseconds(500))
            let (descriptor, endpoint) = try port(listening: false)
            #expect(await probe.call(endpoint, asks: true) == .unreachable("\(Errno.connectionRefused)"))
            try descriptor.close()
            guard case .unknownHost = await probe.call("tcp://nothing.invalid:5550", asks: true) else {
                Issue.record("a name below .invalid has no address")
                return
            }
            guard case .badEndpoint = await probe.call("head:5550", asks: true) else {
                Issue.record("an endpoint has a transport")
                return
            }
        }

        @Test func `A port that takes connections and says nothing does not hold the check up`() async throws {
            let probe = CoordinatorProbe(
                keys: try CurveKeyPair.generate(), server: try CurveKeyPair.generate().publicKey,
                patience: .seconds(1))
            let (descriptor, endpoint) = try port(listening: true)
            let began = ContinuousClock.now
            #expect(await probe.call(endpoint, asks: true) == .mute)
            #expect(ContinuousClock.now - began < .seconds(10))
            try descriptor.close()
        }

        @Test func `ZeroMQ without CURVE`() async throws {
            let loop = try EventLoop.start(name: "plain")
            let context = try Context()
            let plain = AsyncSocket(try Socket(context, kind: .router), on: loop)
            let endpoint = try await plain.bind(to: "tcp://127.0.0.1:*")
            let probe = CoordinatorProbe(
                keys: try CurveKeyPair.generate(), server: try CurveKeyPair.generate().publicKey, patience: .seconds(3))
            #expect(await probe.call(endpoint, asks: true) == .notCurve)
            await plain.close()
            await loop.shutdown()
        }

        @Test(arguments: [
            ("", Greeting.Answer.nothing), ("HTTP/1.1 400 Bad Request", .somethingElse),
            ("SSH-2.0-OpenSSH_9.2", .somethingElse),
        ])
        func `Other protocols are told by their greeting`(_ text: String, _ expected: Greeting.Answer) {
            #expect(Greeting.read(Array(text.utf8)) == expected)
        }

        // MARK: What is made of it

        private func findings(_ control: PortFacts) throws -> [Diagnosis] {
            let worker = PublicKeyFile(name: "w1", role: .worker, key: try CurveKeyPair.generate().publicKey)
            let caller = PortCaller(
                configurationFile: "/etc/binfarm/worker.yaml", coordinatorKeyFile: "/etc/binfarm/coordinator.pub",
                head: "head", key: worker)
            return [
                PortCheck.finding("control port", "tcp://head:5550", control, caller),
                PortCheck.finding("bulk port", "tcp://head:5551", .established(.unknown), caller),
            ]
        }

        @Test func `An unknown worker is introduced, a wrong key replaced`() throws {
            let unknown = try findings(.refused(status: 400))
            #expect(unknown.map(\.verdict) == [.problem, .ok])
            #expect(unknown.first?.mend?.contains("'name: w1' 'role: worker'") == true)
            #expect(unknown.first?.mend?.contains("mv -n /etc/binfarm/keys/w1.new /etc/binfarm/keys/w1.pub") == true)
            let wrong = try findings(.anotherKey)
            #expect(wrong.first?.mend == "scp head:/etc/binfarm/coordinator.pub /etc/binfarm/coordinator.pub")
            #expect(try findings(.established(.client)).first?.verdict == .problem)
            #expect(try findings(.established(.worker)).allSatisfy { $0.verdict == .ok })
        }
    }
}
