import Foundation
import Testing

extension EndToEnd {
    /// The coordinator's page in a real browser, over a real farm.
    struct PageTests {
        @Test func `The cause of a failed package is found in three clicks`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults/compile-error", "faults-ok/wide-a")
                #expect(run.state == "failed")
                let failed = try await farm.job("faults/compile-error", of: run.run)
                let line = try #require(failed.failure?.firstErrorLine)
                try await PageLook.run("cause", [farm.site, failed.cpv, line])
            }
        }

        @Test func `What a package prints is never taken for HTML, and the page bears however much it is`()
            async throws
        {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults-ok/talkative")
                #expect(run.state == "succeeded")
                let text = #"<img src=x onerror="window.hostile = 1"><b>bold</b><script>window.hostile = 1</script>"#
                try await PageLook.run("hostile", [farm.site, "\(run.run)", "faults-ok/talkative-1", text])
                try await PageLook.run("logs", [farm.site])
            }
        }

        @Test func `A page that stays open sees a run come and end, and its coordinator go and come back`() async throws
        {
            try await TestFarm.with { farm in
                let place = farm.file("page")
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                func reached(_ name: String) async throws {
                    try await until("page that is \(name)", within: .seconds(150)) {
                        FileManager.default.fileExists(atPath: "\(place)/\(name)") ? true : nil
                    }
                }
                async let looking: Void = PageLook.run("live", [farm.site, place])
                try await reached("ready")
                _ = try await farm.submit("faults-ok/chain-c")
                try await reached("built")
                try await farm.kill("coordinator")
                try await reached("away")
                try await farm.startCoordinator()
                try await looking
            }
        }
    }
}
