import Shared
import SystemPackage
import Testing

@testable import Worker

extension DoctorTests {
    /// What the checks make of engines and kernels.
    struct Engines {
        private static let podman = """
            {"host": {"cgroupVersion": "v2", "security": {"rootless": true}},
             "store": {"graphDriverName": "overlay", "graphRoot": "/home/farm/.local/share/containers/storage",
              "configFile": "/home/farm/.config/containers/storage.conf",
              "graphOptions": {"overlay.mount_program": {"Executable": "/usr/bin/fuse-overlayfs", "Version": "1"}},
              "graphStatus": {"Backing Filesystem": "extfs", "Supports d_type": "true"}}}
            """
        private static let docker = """
            {"Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "xfs"], ["Supports d_type", "false"]],
             "DockerRootDir": "/var/lib/docker", "CgroupVersion": "1", "SecurityOptions": ["name=seccomp,profile=builtin"]}
            """

        private func facts(_ command: [String], root: Bool = true) -> EngineFacts {
            EngineFacts(command: command, version: .success("x 25.0.1"), info: EngineInfo(), isRoot: root, user: "farm")
        }

        @Test func `What podman and docker say of themselves is understood`() throws {
            let podman = try EngineInfo(json: Self.podman)
            #expect(podman.isRootless)
            #expect(podman.cgroupVersion == 2)
            #expect(podman.mountProgram == "/usr/bin/fuse-overlayfs")
            #expect(podman.hasFileTypes == true)
            let docker = try EngineInfo(json: Self.docker)
            #expect(!docker.isRootless)
            #expect(docker.driver == "overlay2")
            #expect(docker.hasFileTypes == false)
            #expect(throws: (any Error).self) { try EngineInfo(json: "{}") }
        }

        @Test func `A missing engine is installed by this system's package manager`() {
            var missing = facts(["podman"])
            missing.isFound = false
            missing.packageManager = .emerge
            #expect(EngineCheck.findings(missing).first?.mend == "emerge app-containers/podman")
            missing.command = ["/usr/bin/docker"]
            missing.packageManager = .apt
            #expect(EngineCheck.findings(missing).first?.mend == "apt-get install docker.io")
        }

        @Test func `An engine that is too old, silent or runs nothing is a problem`() {
            var engine = facts(["podman"])
            engine.trial = .runs(with: "podman run", limits: .all)
            #expect(EngineCheck.findings(engine).allSatisfy { $0.verdict == .ok })
            for (limits, lacking) in [(EngineLimits.memoryAndProcesses, "but cores"), (.none, "but memory, processes")]
            {
                engine.trial = .runs(with: "podman run", limits: limits)
                #expect(EngineCheck.findings(engine).last?.verdict == .warning)
                #expect(EngineCheck.findings(engine).last?.finding.contains(lacking) == true)
            }
            engine.trial = .failed("crun: no cgroups")
            #expect(EngineCheck.findings(engine).last?.finding.contains("crun: no cgroups") == true)
            engine.version = .success("podman 1.9.3")
            #expect(EngineCheck.findings(engine).first?.verdict == .problem)
            engine.fault = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock"
            engine.command = ["docker"]
            #expect(EngineCheck.findings(engine).map(\.mend) == ["systemctl enable --now docker"])
        }

        @Test func `docker must be root's, podman need not be`() {
            #expect(EngineCheck.findings(facts(["podman"], root: false))[1].verdict == .ok)
            #expect(EngineCheck.findings(facts(["docker"], root: false))[1].verdict == .problem)
        }

        // MARK: Rootless

        private let farm = UserNamespaceFacts.IDRange(owner: "farm", first: 200_000, count: 65_536)

        private func namespaces() -> UserNamespaceFacts {
            UserNamespaceFacts(user: "farm", userID: 1001, most: 1000, userRanges: [farm], groupRanges: [farm])
        }

        @Test func `Rootless containers need namespaces that the kernel allows`() {
            var facts = namespaces()
            #expect(UserNamespaceCheck.findings(facts).allSatisfy { $0.verdict == .ok })
            facts.unprivilegedClone = 0
            #expect(
                UserNamespaceCheck.findings(facts).first?.mend?.hasSuffix(
                    "sudo sysctl -w kernel.unprivileged_userns_clone=1") == true)
            facts.most = 0
            #expect(
                UserNamespaceCheck.findings(facts).first?.mend?.hasSuffix("user.max_user_namespaces=15000") == true)
            facts.most = nil
            #expect(UserNamespaceCheck.findings(facts).first?.verdict == .problem)
        }

        @Test func `Ids that are missing are taken behind those of others`() {
            var facts = namespaces()
            facts.userRanges = UserNamespaceFacts.IDRange.parse("other:300000:65536\nbroken\n1001:100000:65536\n")
            #expect(UserNamespaceCheck.findings(facts)[1].verdict == .ok)
            facts.groupRanges = []
            let finding = UserNamespaceCheck.findings(facts)[1]
            #expect(finding.verdict == .problem)
            #expect(finding.mend?.contains("--add-subuids 365536-431071") == true)
            facts.rangesAreElsewhere = true
            #expect(UserNamespaceCheck.findings(facts)[1].verdict == .warning)
        }

        // MARK: Overlay

        @Test func `vfs, file systems without d_type and networks are no place for overlays`() throws {
            var facts = OverlayFacts(info: try EngineInfo(json: Self.docker), isPodman: false, kernel: [6, 1])
            #expect(OverlayCheck.findings(facts).first?.verdict == .problem)
            facts.info.hasFileTypes = true
            #expect(OverlayCheck.findings(facts).first?.verdict == .ok)
            facts.storeKind = .network("lustre")
            #expect(OverlayCheck.findings(facts).first?.finding.contains("lustre") == true)
            facts.storeKind = .other
            facts.isPodman = true
            facts.info.driver = "vfs"
            #expect(OverlayCheck.findings(facts).first?.mend?.hasPrefix("podman system reset") == true)
        }

        @Test func `Rootless overlays need fuse-overlayfs before Linux 5·13 alone`() throws {
            var facts = OverlayFacts(info: try EngineInfo(json: Self.podman), isPodman: true, kernel: [5, 10])
            facts.info.mountProgram = nil
            facts.packageManager = .apt
            #expect(OverlayCheck.findings(facts).first?.mend == "apt-get install fuse-overlayfs")
            facts.hasFuseOverlay = true
            #expect(OverlayCheck.findings(facts).first?.verdict == .ok)
            facts.hasFuseDevice = false
            #expect(OverlayCheck.findings(facts).first?.mend == "sudo modprobe fuse")
            facts.kernel = [6, 1]
            #expect(OverlayCheck.findings(facts).first?.verdict == .ok)
            facts.info.mountProgram = "/usr/bin/fuse-overlayfs"
            facts.hasFuseDevice = true
            #expect(OverlayCheck.findings(facts).first?.verdict == .warning)
        }

        // MARK: Sandbox

        @Test func `What the kernel refuses is named`() {
            #expect(SandboxCheck.findings(SandboxFacts()).allSatisfy { $0.verdict == .ok })
            let refused = SandboxCheck.findings(SandboxFacts(refused: [.network: "Operation not permitted"]))
            #expect(refused.first?.verdict == .problem)
            #expect(refused.first?.finding == "net cannot be made: Operation not permitted")
            let exhausted = SandboxCheck.findings(SandboxFacts(exhausted: [.mount, .pid]))
            #expect(
                exhausted.first?.mend
                    == "sudo sysctl -w user.max_mnt_namespaces=15000 user.max_pid_namespaces=15000")
            let traced = SandboxCheck.findings(SandboxFacts(ptraceScope: 3, hasSeccomp: false))
            #expect(traced.map(\.verdict) == [.ok, .problem, .problem])
        }

        @Test func `A program that is no engine is told as such, and an absent one too`() async {
            var configuration = EngineConfiguration()
            configuration.command = ["/bin/false"]
            let facts = await EngineProbe(configuration: configuration).facts()
            #expect(EngineCheck.findings(facts).map(\.verdict) == [.problem])
            configuration.command = ["/nonexistent/podman"]
            #expect(await !EngineProbe(configuration: configuration).facts().isFound)
        }
    }
}
