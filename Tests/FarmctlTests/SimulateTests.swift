import ArgumentParser
import Core
import Shared
import Testing

@testable import Farmctl

@Suite("farmctl simulate")
struct SimulateTests {
    @Test("hosts are counts of hosts with cores, and slots where they are named")
    func hosts() throws {
        let hosts = try SimulateCommand.hosts("2x16,1x8x3", coresPerSlot: 4)
        #expect(hosts == [.init(slots: 4, cores: 16), .init(slots: 4, cores: 16), .init(slots: 3, cores: 8)])
        for wrong in ["", "4", "x", "0x4", "4x", "1x2x3x4", "4x16,", "-1x4"] {
            #expect(throws: (any Error).self, "\(wrong)") { try SimulateCommand.hosts(wrong, coresPerSlot: 1) }
        }
    }

    @Test("what makes no sense together is refused")
    func arguments() {
        for words in [
            [], ["--graph", "x"], ["--slots", "1"], ["--graph", "x", "--run", "1", "--slots", "1"],
            ["--graph", "x", "--slots", "1", "--hosts", "1x1"], ["--run", "1", "--history", "x", "--slots", "1"],
        ] {
            #expect(throws: (any Error).self, "\(words)") { try SimulateCommand.parse(words) }
        }
    }

    @Test("a recorded run: what was measured, else what is expected, else the median; what was there takes no time")
    func recorded() throws {
        func node(_ job: Int32, _ state: JobState, waitsFor: [Int32] = [], expected: Int64 = 0) -> WirePlanNode {
            var node = WirePlanNode()
            node.job = job
            node.cpv = "a/p\(job)-1"
            node.state = state.wire
            node.waitsFor = waitsFor
            node.expectedMs = expected
            return node
        }
        var measured = WireJobStatus()
        measured.resources.wallMs = 4_000
        let graph = try CoordinatorConnection.buildGraph(
            [
                node(0, .published, expected: 9_000), node(1, .cached),
                node(2, .waiting, waitsFor: [0], expected: 2_000),
                node(3, .failed, waitsFor: [1, 2]),
            ], [0: measured])
        #expect(graph.jobs.map(\.cost.wall) == [4_000, 0, 2_000, 4_000])
        #expect(graph.longestPath == 10_000)
        #expect(throws: FarmctlError.self) {
            try CoordinatorConnection.buildGraph([node(0, .waiting, waitsFor: [0])], [:])
        }
    }
}
