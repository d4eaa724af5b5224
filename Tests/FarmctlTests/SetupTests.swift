import ArgumentParser
import Foundation
import Glibc
import Shared
import Synchronization
import SystemPackage
import Testing
import ZeroMQ

@testable import Farmctl

struct SetupTests {
    @Test func `A coordinator begins without farms`() {
        let text = HeadDraft.coordinatorYAML(state: "/var/lib/binfarm/coordinator")
        #expect(text.hasSuffix("\nkey: coordinator.secret\nkeys: keys\nstate: /var/lib/binfarm/coordinator\n"))
        #expect(!text.contains("\nfarms:"))
    }

    @Test(arguments: [
        ("anna", "anna"), ("anna.b-c_d", "anna.b-c_d"), ("CERN\\anna", "CERN-anna"), ("anna@cern.ch", "anna-cern.ch"),
        ("-.x", "x"), ("é", "operator"), ("", "operator"),
    ])
    func `A key has the name of a login as far as keys may`(login: String, name: String) {
        #expect(HeadDraft.keyName(login: login) == name)
    }

    @Test func `What is pasted into a shell is one word, whatever is in a key`() throws {
        let key = try CurvePublicKey(z85: "-$&<>()[]{}@%#*?!/^=+:.0123456789abcdefg")
        let file = PublicKeyFile(name: "coordinator", role: .coordinator, key: key)
        #expect(
            HeadDraft.workerCommand(head: "head.example.org", ports: .standard, key: file)
                == "farmctl setup worker head.example.org --coordinator-key '\(key.z85)'")
        #expect(
            HeadDraft.workerCommand(head: "head", ports: CoordinatorPorts(control: "6000", bulk: "6001"), key: file)
                == "farmctl setup worker head --coordinator-key '\(key.z85)' --control-port 6000 --bulk-port 6001")
        let worker = PublicKeyFile(name: "node1", role: .worker, key: key)
        #expect(
            WorkerDraft.admission(worker) == """
                printf '%s\\n' 'name: node1' 'role: worker' 'public: "\(key.z85)"' | install -m 644 /dev/stdin \
                /etc/binfarm/keys/node1.new && mv -n /etc/binfarm/keys/node1.new /etc/binfarm/keys/node1.pub
                """)
    }

    @Test func `The command for a worker is read as it was printed, with any key`() throws {
        let key = "-$&<>()[]{}@%#*?!/^=+:.0123456789abcdefg"
        let words = ["setup", "worker", "head", "--coordinator-key", key]
        let command = try Farmctl.parseAsRoot(words) as? SetupWorkerCommand
        #expect(command?.coordinatorKey == key && command?.controlPort == "5550" && command?.bulkPort == "5551")
        let other = try Farmctl.parseAsRoot(words + ["--control-port", "6000", "--bulk-port", "6001"])
        #expect((other as? SetupWorkerCommand)?.bulkPort == "6001")
        for port in ["0", "65536", "x"] {
            #expect(throws: (any Error).self) { try Farmctl.parseAsRoot(words + ["--bulk-port", port]) }
        }
    }

    @Test(arguments: [
        (2, 8, 1), (16, 64, 4), (64, 16, 4), (1, 1, 1), (128, 1024, 32), (100_000, 1_000_000, 1024),
    ])
    func `A worker has a slot for each four cores and four GiB`(cores: Int, gibibytes: Int64, slots: Int) {
        #expect(WorkerDraft.slots(cores: cores, memory: gibibytes << 30) == slots)
    }

    @Test(
        arguments: [
            ("head", "head"), ("10.0.0.1", "10.0.0.1"), ("head_1.example.org", "head_1.example.org"),
            ("::1", "[::1]"), ("[2001:db8::1]", "[2001:db8::1]"), ("fe80::1%eth0", "[fe80::1%eth0]"),
            ("tcp://head", nil), ("head:5550", nil), ("head\"x", nil), ("-x", nil), ("", nil), ("a b", nil),
        ] as [(String, String?)])
    func `A head is a name or an address`(text: String, host: String?) {
        #expect(WorkerDraft.host(text) == host)
    }

    @Test func `A worker's engine has limits only in the unit's own cgroup`() {
        func text(_ limits: Bool, found: Bool = true) -> String {
            WorkerDraft.workerYAML(
                head: "head", ports: .standard, keyName: "node1", state: "/var/lib/binfarm/worker", slots: 4,
                slotsAreFound: found,
                limits: limits)
        }
        let coordinator =
            "coordinator: {control: \"tcp://head:5550\", bulk: \"tcp://head:5551\", key: coordinator.pub}"
        #expect(text(false).contains("\n\(coordinator)\nkey: node1.secret\nstate: /var/lib/binfarm/worker\nslots: 4 "))
        #expect(!text(false).contains("engine"))
        #expect(text(true).contains("  run: [--cgroup-parent, /system.slice/binfarm-worker.service/containers]\n"))
        #expect(text(true, found: false).contains("\nslots: 4\nengine:"))
    }

    @Test func `An existing configuration says where its keys are`() throws {
        let directory = try TestDirectory()
        let file = directory.path.appending("coordinator.yaml")
        #expect(try ConfiguredPlaces.read(file) == nil)
        try AtomicFile.write(
            Array("control: tcp://*:6000\nkey: own/c.secret\nkeys: /k\nstate: state\nfarms: []\n".utf8), to: file)
        let places = try #require(try ConfiguredPlaces.read(file))
        #expect(places.key == directory.path.appending("own/c.secret"))
        #expect(places.keys == "/k")
        #expect(places.ports == CoordinatorPorts(control: "6000", bulk: "5551"))
        try AtomicFile.write(Array("keys: /k\n".utf8), to: file)
        #expect(throws: FarmctlError.self) { try ConfiguredPlaces.read(file) }
    }

    @Test func `A key that is there stays, and a half that is missing comes back`() throws {
        let directory = try TestDirectory()
        let secret = directory.path.appending("node1.secret"), open = directory.path.appending("node1.pub")
        let made = try directory.preparation.key(at: secret, role: .worker, owner: directory.me)
        #expect(directory.steps == [.made("\(secret) and node1.pub")])
        #expect(try FileStatus.permissions(of: secret) == .ownerReadWrite)
        unlink(open.string)
        #expect(try directory.preparation.key(at: secret, role: .worker, owner: directory.me).key == made.key)
        #expect(try PublicKeyFile(contentsOf: open).key == made.key)
        #expect(directory.steps.suffix(2) == [.stays(secret.string), .made(open.string)])
        _ = try directory.preparation.key(at: secret, role: .worker, owner: directory.me)
        #expect(directory.steps.suffix(2) == [.stays(secret.string), .stays(open.string)])
    }

    @Test func `A key that belongs to somebody else is refused with what mends it`() throws {
        let directory = try TestDirectory()
        let secret = directory.path.appending("c.secret")
        _ = try directory.preparation.key(at: secret, role: .coordinator, owner: directory.me)
        let other = Account(name: "other", owner: FileOwner(user: 54_321, group: 54_321), home: "/")
        let error = #expect(throws: FarmctlError.self) {
            try directory.preparation.key(at: secret, role: .coordinator, owner: other)
        }
        #expect(error?.message.contains("chown other: \(secret)") == true)
    }

    @Test func `An operator gets a configuration that farmctl reads, and the same again`() throws {
        let directory = try TestDirectory()
        let keys = directory.path.appending("keys")
        try Directory.create(keys)
        let coordinator = try directory.preparation.key(
            at: directory.path.appending("coordinator.secret"), role: .coordinator, owner: directory.me)
        let access = OperatorAccess(
            preparation: directory.preparation, person: directory.me, keys: keys, port: "5550")
        for _ in 0..<2 {
            try access.check()
            try access.grant(coordinator: coordinator)
        }
        let file = directory.path.appending(".config/binfarm/farmctl.yaml")
        let read = try FarmctlConfiguration(contentsOf: file)
        #expect(read.coordinatorKey == coordinator.key)
        #expect(read.role == .operator)
        #expect(try PublicKeyFile(contentsOf: keys.appending("anna.pub")).key == read.keys.publicKey)
        #expect(directory.steps.last == .stays(file.string))
    }

    @Test func `An operator's name that the coordinator knows with another key stops a setup before it begins`() throws
    {
        let directory = try TestDirectory()
        _ = try directory.preparation.key(
            at: directory.path.appending("anna.secret"), role: .operator, owner: directory.me)
        let access = OperatorAccess(
            preparation: directory.preparation, person: directory.me, keys: directory.path, port: "5550")
        let error = #expect(throws: FarmctlError.self) { try access.check() }
        #expect(error?.message.contains("anna has no") == true)
        #expect(error?.remedy?.contains("rm \(directory.path)/anna.pub") == true)
    }
}

/// A directory that is the home of who runs the tests, called anna.
private final class TestDirectory {
    let path = FilePath(NSTemporaryDirectory()).appending("setup-\(UUID())")
    private let said = SaidSteps()

    init() throws { try Directory.create(path) }
    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    var me: Account { Account(name: "anna", owner: FileOwner(user: geteuid(), group: getegid()), home: path) }
    var steps: [SetupStep] { said.steps.withLock { $0 } }

    var preparation: HostPreparation {
        HostPreparation(host: .current, userName: "anna", etc: path) { [said] step in
            said.steps.withLock { $0.append(step) }
        }
    }

    private final class SaidSteps: Sendable {
        let steps = Mutex<[SetupStep]>([])
    }
}
