import Foundation
import Shared
import SwiftProtobuf
import SystemPackage
import Testing
import ZeroMQ

@testable import Farmctl

/// The program as a script uses it, from its arguments to its exit code.
@Suite(.timeLimit(.minutes(1)), .serialized)
struct ProgramTests {
    static func run(_ arguments: [String], _ script: @escaping FakeCoordinator.Script) async throws -> ProgramExit {
        try await FakeCoordinator.with(script) { coordinator in
            let directory = try coordinator.writeConfiguration()
            defer { try? FileManager.default.removeItem(atPath: directory.string) }
            return await Farmctl.execute(
                arguments + ["--timeout", "5", "--config", directory.appending("farmctl.yaml").string])
        }
    }

    @Test(arguments: [
        (["status"], ProgramExit.ok), (["status", "--json"], .ok), (["status", "--run", "12"], .ok),
        (["status", "--run", "13"], .notFound), (["workers"], .ok), (["status", "--until-done"], .failed),
        (["status", "--watch", "--run", "12"], .failed), (["submit", "hep", "@hep"], .ok),
        (["submit", "hep", "@hep", "--wait"], .failed), (["jobs"], .refused), (["logs", "none"], .notFound),
        (["plan"], .unreachable), (["cancel", "12"], .unavailable), (["drain", "alpha"], .ok),
        (["resume", "alpha"], .ok), (["drain", "omega"], .notFound),
        (["backup"], .ok), (["backup", "--json"], .ok),
    ])
    func `Every end has its code`(arguments: [String], expected: ProgramExit) async throws {
        let status = try await Self.run(arguments) { body in
            switch body {
            case .status: .status(Fixture.ended(.runFailed))
            case .submit: .submit(.with { $0.run = 12 })
            case .jobs: .error(.with { $0.code = .notAllowed })
            case .log: .error(.with { $0.code = .notFound })
            case .cancel: .error(.with { $0.code = .unavailable })
            case .backup: .backup(.with { ($0.path, $0.size) = ("/var/lib/binfarm/backup.sqlite", 1 << 20) })
            case .drain(let drain):
                drain.worker == "alpha"
                    ? .drain(.with { ($0.worker, $0.running) = ("alpha", drain.resume ? 0 : 2) })
                    : .error(.with { $0.code = .notFound })
            default: nil
            }
        }
        #expect(status == expected)
    }

    @Test func `A coordinator that does not know atomic runs has submitted another one, and that is said`() async throws
    {
        try await FakeCoordinator.with({ _ in .submit(.with { $0.run = 12 }) }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await coordinator.connected {
                    try await $0.submit(
                        .with {
                            $0.farm = "hep"
                            $0.atomic = true
                        })
                }
            }
            #expect(error?.message.contains("run 12") == true)
            #expect(error?.remedy?.contains("farmctl cancel 12") == true)
        }
    }

    @Test func `A submission without an answer may have arrived`() async throws {
        try await FakeCoordinator.with({ _ in nil }) { coordinator in
            let error = await #expect(throws: FarmctlError.self) {
                try await coordinator.connected(timeout: .milliseconds(100)) {
                    try await $0.submit(.with { $0.farm = "hep" })
                }
            }
            #expect(error?.remedy?.contains("before submitting again") == true)
        }
    }

    @Test func `A key is made once, and listed`() async throws {
        let directory = NSTemporaryDirectory() + "farmctl-keys-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let new = ["key", "new", "node1", "--role", "worker", "--directory", directory]
        #expect(await Farmctl.execute(new) == .ok)
        #expect(await Farmctl.execute(new) == .failed)
        #expect(await Farmctl.execute(["key", "list", "--directory", directory]) == .ok)
        #expect(await Farmctl.execute(["key", "list", "--directory", directory + "/none"]) == .failed)
        let secret = FilePath(directory).appending("node1.secret")
        #expect(try FileStatus.permissions(of: secret) == .ownerReadWrite)
        #expect(try SecretKeyFile(contentsOf: secret).name == "node1")
    }
}

extension FakeCoordinator {
    /// Writes what a user would have: the coordinator's public key, one's own secret key, and the configuration.
    func writeConfiguration() throws -> FilePath {
        let directory = FilePath(NSTemporaryDirectory()).appending("farmctl-\(UUID())")
        try Directory.create(directory)
        let server = PublicKeyFile(name: "coordinator", role: .coordinator, key: configuration.coordinatorKey)
        try AtomicFile.write(Array(server.text.utf8), to: directory.appending("coordinator.pub"))
        let secret = "name: me\nsecret: \"\(configuration.keys.secretKey.exposedZ85)\"\n"
        try AtomicFile.write(
            Array(secret.utf8), to: directory.appending("me.secret"), permissions: .ownerReadWrite)
        let yaml = "coordinator: {control: '\(configuration.control)', key: coordinator.pub}\nkey: me.secret\n"
        try AtomicFile.write(Array(yaml.utf8), to: directory.appending("farmctl.yaml"))
        return directory
    }
}
