import Foundation
import Testing

extension EndToEnd {
    struct UpkeepTests {
        @Test func `A damaged package is found, dropped, and built again when a run wants it`() async throws {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/wide-a", "faults-ok/wide-b").states == ["published": 2])
                let clean = try await farm.farmctl("binhost", "verify", TestFarm.name)
                #expect(clean.isSuccess, "\(clean.description)")
                #expect(clean.output == "faults: 2 files read, all as the index says\n")

                let path = "faults-ok/wide-a/wide-a-1-1.gpkg.tar"
                let file = URL(fileURLWithPath: "\(farm.state)/binhosts/\(TestFarm.name)/\(path)")
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: file)
                let found = try await farm.farmctl("binhost", "verify", TestFarm.name)
                #expect(found.status == 1, "\(found.description)")
                #expect(found.output.contains("damaged: \(path): "), "\(found.description)")
                let repaired = try await farm.farmctl("binhost", "repair", TestFarm.name)
                #expect(repaired.isSuccess, "\(repaired.description)")
                #expect(try await farm.published() == ["faults-ok/wide-b-1"])

                let again = try await farm.build("faults-ok/wide-a", "faults-ok/wide-b")
                #expect(again.states == ["published": 1, "cached": 1])
                try await farm.checkBinhost()
                #expect(try await farm.farmctl("binhost", "verify", TestFarm.name).isSuccess)
            }
        }

        @Test func `Builds that a newer one has replaced go when they are told to`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let rebuilt = try await farm.farmctl(
                    "submit", TestFarm.name, "faults-ok/wide-a", "--force-all", "--wait")
                #expect(rebuilt.isSuccess, "\(rebuilt.description)")
                let trial = try await farm.farmctl("binhost", "gc", TestFarm.name)
                #expect(trial.output.contains("would go: faults-ok/wide-a/wide-a-1-1.gpkg.tar"), "\(trial.description)")
                #expect(try await farm.published().count == 2)
                let gone = try await farm.farmctl("binhost", "gc", TestFarm.name, "--yes")
                #expect(gone.isSuccess, "\(gone.description)")
                #expect(try await farm.index().map { $0["BUILD_ID"] } == ["2"])
                try await farm.checkBinhost()
                #expect(try await farm.build("faults-ok/wide-a").states == ["cached": 1])
            }
        }
    }
}
