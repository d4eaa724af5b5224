import Documents
import Shared
import SwiftProtobuf
import SystemPackage
import Testing

@testable import Farmctl

struct DoctorTests {
    private func facts(_ change: (inout WireStatusAnswer) -> Void = { _ in }, offset: Int64 = 0) -> FarmFacts {
        var wire = WireStatusAnswer()
        wire.version = "1"
        wire.farms = [.with { $0.name = "hep" }]
        wire.workers = [
            .with {
                $0.name = "node1"
                $0.connected = true
                $0.hostname = "node1.cluster"
                $0.version = "1"
                $0.diskFree = 100 << 30
                $0.memoryFree = 8 << 30
            }
        ]
        change(&wire)
        return FarmFacts(
            status: StatusDocument(wire), clockOffset: offset, roundTrip: 3, head: "head", version: "1")
    }

    @Test func `A farm at work has nothing to mend`() {
        let findings = FarmCheck.findings(facts())
        #expect(findings.map(\.verdict).allSatisfy { $0 == .ok })
        #expect(findings.allSatisfy { $0.mend == nil })
    }

    /// A fault of a farm.
    struct Fault: Sendable {
        let what: String
        var verdict = Diagnosis.Verdict.warning
        let mend: String
        let change: @Sendable (inout WireStatusAnswer) -> Void

        private static let onHosts = "ssh WORKER binfarm-worker doctor --config /etc/binfarm/worker.yaml"

        static let all = [
            Fault(what: "publishing", verdict: .problem, mend: "ssh head df -h") { $0.paused = "disk full" },
            Fault(what: "workers", verdict: .problem, mend: onHosts) { $0.workers = [] },
            Fault(what: "workers", verdict: .problem, mend: onHosts) { $0.workers[0].connected = false },
            Fault(
                what: "worker node1",
                mend: "ssh node1.cluster binfarm-worker doctor --config /etc/binfarm/worker.yaml"
            ) { $0.workers[0].connected = false },
            Fault(what: "worker node1", mend: "farmctl resume node1") { $0.workers[0].draining = true },
            Fault(what: "worker node1", mend: "farmctl resume node1") { $0.workers[0].setAside = "its builds fail" },
            Fault(what: "worker node1", mend: "ssh node1.cluster binfarm-worker --version") {
                $0.workers[0].version = "0"
            },
            Fault(what: "worker node1", mend: "ssh node1.cluster df -h") { $0.workers[0].diskFree = 1 << 30 },
            Fault(what: "worker node1", mend: "ssh node1.cluster 'ps aux --sort=-rss | head'") {
                $0.workers[0].memoryFree = 1 << 20
            },
            Fault(what: "farm hep", mend: "farmctl release unhold hep") { $0.farms[0].held = "run 3 failed" },
            Fault(what: "coordinator", mend: "farmctl --version; ssh head binfarm-coordinator --version") {
                $0.version = "2"
            },
            Fault(what: "strangers", mend: "ssh head farmctl key list --directory /etc/binfarm/keys") {
                $0.refusedPeers = 3
            },
        ]
    }

    @Test(arguments: Fault.all)
    func `Each fault is told with the command that mends it`(fault: Fault) {
        let found = FarmCheck.findings(facts(fault.change)).filter {
            $0.what == fault.what && $0.verdict == fault.verdict
        }
        #expect(found.map(\.mend) == [fault.mend])
    }

    @Test func `A clock is wrong when the way of the question cannot explain it`() {
        #expect(FarmCheck.findings(facts(offset: 4900)).allSatisfy { $0.verdict == .ok })
        for offset: Int64 in [-60_000, 60_000] {
            let found = FarmCheck.findings(facts(offset: offset)).filter { $0.verdict == .warning }
            #expect(found.map(\.what) == ["clock"])
        }
    }

    @Test func `Without a configuration it says what to write`() async throws {
        let doctor = FarmDoctor(explicit: "/nowhere/farmctl.yaml", environment: [:], timeout: .seconds(1))
        let report = try await doctor.examine()
        #expect(report.problems == 1)
        #expect(report.text.contains("coordinator.pub"))
    }

    @Test func `Against a coordinator: keys, control port, and what it says of itself`() async throws {
        let doctor = FarmDoctor(explicit: nil, environment: [:], timeout: .seconds(5))
        try await FakeCoordinator.with({ body in
            guard case .status = body else { return nil }
            return .status(
                .with {
                    $0.version = BinfarmVersion.text
                    $0.nowMs = Clock.now()
                })
        }) { coordinator in
            let known = try await doctor.findings(coordinator.configuration, from: "farmctl.yaml")
            #expect(
                known.map { "\($0.verdict) \($0.what)" } == [
                    "ok configuration", "ok control port", "ok clock", "ok coordinator", "ok publishing",
                    "problem workers",
                ])
            let stranger = try await doctor.findings(coordinator.stranger, from: "farmctl.yaml")
            #expect(stranger.map(\.verdict) == [.ok, .problem])
            #expect(stranger.last?.mend?.contains("'name: stranger' 'role: viewer'") == true)
        }
    }
}
