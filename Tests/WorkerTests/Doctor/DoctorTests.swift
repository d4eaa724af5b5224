import Shared
import SystemPackage
import Testing
import ZeroMQ

@testable import Worker

/// What the checks make of facts.
struct DoctorTests {
    private func verdicts(_ findings: [Diagnosis]) -> [String] { findings.map { "\($0.verdict) \($0.what)" } }

    // MARK: Report

    @Test func `A problem is followed by what mends it, and makes the exit status 1`() throws {
        let report = DoctorReport([
            .ok("engine", "podman 4.3.1"), .warning("clock", "drifts"), .problem("disk", "full", mend: "rm x"),
        ])
        #expect(
            report.text == """
                ok       engine: podman 4.3.1
                warning  clock: drifts
                problem  disk: full
                  mend: rm x

                """)
        #expect(report.exitStatus == 1)
        let json = try report.json()
        #expect(json.contains(#""mend" : "rm x""#))
        #expect(json.contains(#""problems" : 1"#))
        #expect(json.contains(#""verdict" : "problem""#))
    }

    @Test func `Warnings alone leave the exit status 0`() {
        #expect(DoctorReport([.warning("clock", "drifts")]).exitStatus == 0)
    }

    // MARK: Configuration

    @Test func `A file that is not there, cannot be used or can be changed by others is a problem`() {
        var facts = ConfigurationFacts(file: "/etc/binfarm/worker.yaml")
        facts.key = .good("w1")
        facts.coordinatorKey = .good("coordinator")
        #expect(ConfigurationCheck.findings(facts).allSatisfy { $0.verdict == .ok })
        facts.isWritableByOthers = true
        #expect(ConfigurationCheck.findings(facts).first?.mend == "chmod go-w /etc/binfarm/worker.yaml")
        facts.fault = "slots: is not 1 to 1024"
        #expect(ConfigurationCheck.findings(facts).map(\.finding) == ["slots: is not 1 to 1024"])
        facts.exists = false
        #expect(ConfigurationCheck.findings(facts).first?.mend?.contains("> /etc/binfarm/worker.yaml") == true)
    }

    @Test func `The configuration's own example is one that can be read`() throws {
        let facts = ConfigurationFacts(file: "/x/worker.yaml", exists: false)
        let mend = try #require(ConfigurationCheck.findings(facts).first?.mend)
        let lines = mend.split(separator: "'").map(String.init).filter { $0.contains(": ") && !$0.contains("\"key: ") }
        #expect(lines.count == 2)
        let text = (lines + ["key: w1.secret"]).joined(separator: "\n")
        _ = try StrictYAML.decode(WorkerConfiguration.self, from: text, file: "example")
    }

    @Test func `A secret key that others can read is told from one that is missing`() {
        var facts = ConfigurationFacts(file: "worker.yaml")
        facts.keyFile = "/etc/binfarm/node 1.secret"
        facts.key = .exposed
        facts.coordinatorKey = .missing
        facts.head = "head"
        let exposed = ConfigurationCheck.findings(facts)
        #expect(verdicts(exposed) == ["ok configuration", "problem key", "problem coordinator key"])
        #expect(exposed[1].mend == "chmod 600 '/etc/binfarm/node 1.secret'")
        facts.key = .missing
        #expect(ConfigurationCheck.findings(facts)[1].mend?.contains("farmctl key new") == true)
    }

    @Test func `The probe finds modes and kinds of keys as they are`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("worker.yaml")
        #expect(!ConfigurationProbe(file).facts.exists)
        let text = """
            coordinator: {control: "tcp://head:5550", bulk: "tcp://head:5551", key: c.pub}
            key: w1.secret
            state: state
            """
        try AtomicFile.write(Array(text.utf8), to: file)
        #expect(ConfigurationProbe(file).facts.key == .missing)
        _ = try SecretKeyFile.create(name: "c", role: .worker, in: directory.path)
        _ = try SecretKeyFile.create(name: "w1", role: .worker, in: directory.path)
        let wrongRole = ConfigurationProbe(file)
        #expect(wrongRole.facts.key == .good("w1"))
        #expect(wrongRole.facts.head == "head")
        #expect(wrongRole.facts.coordinatorKey == .bad("\(directory.path)/c.pub is the key of a worker"))
        let secret = try SmallFile.bytes(directory.path.appending("w1.secret"))
        try AtomicFile.write(secret, to: directory.path.appending("w1.secret"))
        #expect(ConfigurationProbe(file).facts.key == .exposed)
    }

    // MARK: Capacity, clock

    @Test(arguments: [
        (Int32(2), Int32?.none, Int64?.none, ["ok cores", "ok memory"]),
        (2, 16, nil, ["problem cores", "ok memory"]), (2, nil, 64 << 30, ["ok cores", "problem memory"]),
        (9, nil, nil, ["warning cores", "warning memory"]), (8, 4, 8 << 30, ["warning cores", "warning memory"]),
    ])
    func `Slots, cores and memory fit each other and the host`(
        slots: Int32, cores: Int32?, memory: Int64?, expected: [String]
    ) {
        let facts = CapacityFacts(
            hostCores: 8, hostMemory: 16 << 30, slots: slots, cores: cores, memory: memory,
            configurationFile: "worker.yaml")
        #expect(verdicts(CapacityCheck.findings(facts)) == expected)
    }

    @Test func `A clock that nobody synchronises is a warning`() {
        #expect(verdicts(ClockCheck.findings(ClockFacts(isSynchronised: true))) == ["ok clock"])
        let findings = ClockCheck.findings(ClockFacts(isSynchronised: false, hasTimedatectl: true))
        #expect(findings.first?.verdict == .warning)
        #expect(findings.first?.mend == "timedatectl set-ntp true")
        #expect(ClockCheck.findings(ClockFacts(isSynchronised: nil)).first?.verdict == .warning)
    }

    // MARK: Disk

    private func disk(_ facts: DiskFacts) -> [String] {
        verdicts(DiskCheck.findings(facts, slots: 2, user: "farm", configuration: "worker.yaml"))
    }

    @Test func `Room is measured in bytes and inodes, for all slots`() {
        var facts = DiskFacts(directory: "/s", free: 100 << 30, inodes: 10_000_000)
        #expect(disk(facts) == ["ok state directory", "ok disk", "ok inodes"])
        facts.free = 20 << 30
        facts.inodes = 300_000
        #expect(disk(facts) == ["ok state directory", "warning disk", "warning inodes"])
        facts.free = 1 << 30
        facts.inodes = 1000
        #expect(disk(facts) == ["ok state directory", "problem disk", "problem inodes"])
        facts.inodes = nil
        #expect(disk(facts) == ["ok state directory", "problem disk"])
    }

    @Test func `Memory, a network and noexec below the state directory are named`() {
        var facts = DiskFacts(directory: "/s", free: 100 << 30, inodes: nil)
        facts.kind = .memory
        #expect(disk(facts) == ["warning state directory", "ok disk"])
        facts.kind = .network("nfs4")
        #expect(disk(facts) == ["warning state directory", "ok disk"])
        facts.kind = .other
        facts.forbidsPrograms = true
        #expect(disk(facts) == ["problem state directory", "ok disk"])
        facts.access = .failed("Permission denied")
        #expect(disk(facts) == ["problem state directory"])
    }

    @Test func `The probe finds what can be written and leaves nothing`() throws {
        let directory = try TemporaryDirectory()
        let here = DiskProbe.facts(directory.path, writes: true)
        #expect(here.access == .writable)
        #expect(here.free > 0)
        #expect(try FileTree.size(of: directory.path) <= 4096)
        #expect(DiskProbe.facts(directory.path.appending("a/b"), writes: true).access == .absent)
        #expect(!FileStatus.exists(directory.path.appending("a")))
        guard case .failed = DiskProbe.facts("/dev/null/state", writes: true).access else {
            Issue.record("nobody can make a directory in a device")
            return
        }
    }

    @Test func `The file system of a path is the one mounted nearest and last`() {
        let table = """
            /dev/a / ext4 rw 0 0
            tmpfs /srv tmpfs rw,noexec 0 0
            /dev/b /srv/state xfs rw 0 0
            head:/x /srv/state nfs4 rw 0 0
            /dev/c /srv/with\\040blank btrfs rw 0 0
            """
        #expect(MountPoint.of("/srv/state/x", in: table)?.type == "nfs4")
        #expect(MountPoint.of("/srv/statement", in: table)?.options == ["rw", "noexec"])
        #expect(MountPoint.of("/srv/with blank/x", in: table)?.type == "btrfs")
        #expect(MountPoint.of("/home", in: table)?.path == "/")
        #expect(FileSystemKind("nfs4") == .network("nfs4"))
        #expect(FileSystemKind("tmpfs") == .memory)
    }

    // MARK: Time

    @Test(.timeLimit(.minutes(1))) func `What hangs without heeding cancellation is given up`() async {
        let (end, continuation) = AsyncStream.makeStream(of: Never.self)
        await #expect(throws: TimeLimit.Exceeded.self) {
            try await TimeLimit.run(.milliseconds(100)) {
                // Ends after the test has gone on, whoever cancels it.
                await Task { for await _ in end {} }.value
            }
        }
        continuation.finish()
    }

    @Test func `Words for the shell are quoted when they have to be`() {
        #expect(ShellWord.quoted("/etc/binfarm/w1.pub") == "/etc/binfarm/w1.pub")
        #expect(ShellWord.quoted("a b") == "'a b'")
        #expect(ShellWord.quoted("it's") == #"'it'\''s'"#)
        #expect(ShellWord.quoted("") == "''")
    }
}
