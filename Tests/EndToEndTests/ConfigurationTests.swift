import Foundation
import Testing

extension EndToEnd {
    /// No program starts on a configuration that it does not understand, and each says what is wrong where.
    struct ConfigurationTests {
        @Test func `A faulty configuration is refused with the file and the fault`() async throws {
            try await TestFarm.with(starts: false) { farm in
                let good = try String(contentsOfFile: farm.file("coordinator.yaml"), encoding: .utf8)
                let coordinator = [farm.program("binfarm-coordinator"), "--config"]
                try await expectRefusal(coordinator, of: good + "colour: red\n", saying: ["colour", "not known"], farm)
                try await expectRefusal(
                    coordinator, of: good.replacing("lease: 4s", with: "lease: soon"), saying: ["lease", "soon"], farm)
                try await expectRefusal(
                    coordinator, of: good.replacing("lease: 4s", with: "lease: 1s"), saying: ["lease", "3s"], farm)
                try await expectRefusal(
                    coordinator, of: good.replacing("keys/head.secret", with: "keys/nobody.secret"),
                    saying: ["nobody.secret"], farm)
                try await expectRefusal(
                    coordinator, of: good.replacing("image: ", with: "image: /nowhere"), saying: ["/nowhere", "image"],
                    farm)
                try await expectRefusal(
                    coordinator, of: good.replacing("coverage: missing", with: "coverage: some"),
                    saying: ["farms[0].coverage"], farm)
                try await expectRefusal(coordinator, of: "farms: [", saying: ["faulty.yaml"], farm)

                let worker = [farm.program("binfarm-worker"), "run", "--config"]
                let goodWorker = try String(contentsOfFile: farm.file("alpha.yaml"), encoding: .utf8)
                try await expectRefusal(
                    worker, of: goodWorker.replacing("slots: 2", with: "slots: none"), saying: ["slots"], farm)
                try await expectRefusal(
                    worker, of: goodWorker.replacing("keys/head.pub", with: "keys/viewer.pub"),
                    saying: ["viewer.pub", "coordinator"], farm)
                try await expectRefusal(
                    worker, of: goodWorker.replacing("slots:", with: "slot:"), saying: ["slot", "not known"], farm)
            }
        }

        private func expectRefusal(
            _ program: [String], of text: String, saying words: [String], _ farm: TestFarm,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try farm.write("faulty.yaml", text)
            let result = try await Program.run(["timeout", "20"] + program + [farm.file("faulty.yaml")])
            #expect(!result.isSuccess && result.status != 124, "\(result.description)", sourceLocation: sourceLocation)
            for word in words {
                #expect(result.errors.contains(word), "\(result.description)", sourceLocation: sourceLocation)
            }
            #expect(!result.errors.contains("Fatal error"), sourceLocation: sourceLocation)
        }
    }
}
