import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    struct DistfileTests {
        @Test func `Two packages of one source, built at once by two workers, make the farm download it once`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.slots = 1
            try await TestFarm.with(settings) { farm in
                let run = try await farm.build("faults-ok/fetched", "faults-ok/fetched-too")
                #expect(run.states == ["published": 2])
                var workers: Set<String> = []
                var downloads = 0
                for name in ["faults-ok/fetched", "faults-ok/fetched-too"] {
                    workers.insert(try #require(try await farm.job("\(name)-1", of: run.run).worker))
                    let log = try await farm.farmctl("logs", name, "--run", "\(run.run)").output
                    downloads += log.components(separatedBy: ">>> Downloading").count - 1
                }
                #expect(workers.count == 2)
                #expect(downloads == 1)
                try await farm.checkBinhost()
            }
        }

        @Test func `What only a person may download is asked for by name, and built once it is put there`() async throws
        {
            try await TestFarm.with { farm in
                let refused = try await farm.build("faults-ok/by-hand")
                #expect(refused.state == "failed")
                let failure = try #require(try await farm.job("faults-ok/by-hand", of: refused.run).failure)
                #expect(failure.class == "refused")
                let place = farm.state.appending("distfiles/by-hand").string
                #expect(failure.reason.contains("put faults-by-hand-1.txt (15 bytes) into \(place)"), "\(failure)")

                let file = "\(place)/faults-by-hand-1.txt"
                try Data("Given by foot.\n".utf8).write(to: URL(fileURLWithPath: file))
                let wrong = try await farm.build("faults-ok/by-hand")
                #expect(wrong.state == "failed")
                #expect(
                    try await farm.job("faults-ok/by-hand", of: wrong.run).failure?.reason.contains("BLAKE2B") == true)

                try Data("Given by hand.\n".utf8).write(to: URL(fileURLWithPath: file))
                #expect(try await farm.build("faults-ok/by-hand").state == "succeeded")
                let path = try #require(try await farm.index().first { $0["CPV"] == "faults-ok/by-hand-1" }?["PATH"])
                #expect(try await farm.file("usr/share/by-hand/faults-by-hand-1.txt", of: path) == "Given by hand.\n")
            }
        }
    }
}
