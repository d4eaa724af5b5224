import Foundation
import Testing

extension EndToEnd {
    /// Farms whose packages are xpaks, with the real Portage at both ends.
    struct XPAKTests {
        private static func path(_ name: String, build: Int = 1) -> String {
            "faults-ok/\(name)/\(name)-1-\(build).xpak"
        }

        private static func settings(_ more: [String: String] = [:]) -> TestFarm.Settings {
            var settings = TestFarm.Settings()
            settings.coverage = ["coverage": "missing", "format": "xpak"].merging(more) { $1 }
            return settings
        }

        private func paths(of farm: TestFarm) async throws -> [String] {
            try await farm.index().compactMap { $0["PATH"] }.sorted()
        }

        /// A client as the documentation makes one.
        private func install(_ packages: String..., from farm: TestFarm) async throws {
            let names = packages.joined(separator: " ")
            let client = try await farm.container([
                "bash", "-euc",
                """
                curl --silent --show-error --fail --create-dirs -o /etc/portage/binrepos.conf/farm.conf \
                    \(farm.url)/binrepos.conf
                emerge --oneshot --getbinpkg --usepkgonly --color=n \(names) 2>&1
                ls --directory /var/db/pkg/faults-ok/*
                """,
            ])
            #expect(client.isSuccess, "\(client.description)")
            for name in packages {
                #expect(client.output.contains("/var/db/pkg/\(name)-1\n"), "\(client.description)")
            }
        }

        @Test func `Packages are built with xpaks, published as xpaks, and a client installs them`() async throws {
            try await TestFarm.with(Self.settings()) { farm in
                let run = try await farm.build("faults-ok/chain-c")
                #expect(run.states == ["published": 3])
                #expect(try await paths(of: farm) == ["chain-a", "chain-b", "chain-c"].map { Self.path($0) })
                try await farm.checkBinhost()
                let log = try await farm.farmctl("logs", "faults-ok/chain-c", "--run", "\(run.run)").output
                #expect(log.contains("binfarm: installing "), "\(log)")
                try await install("faults-ok/chain-c", "faults-ok/chain-a", from: farm)

                let index = try await farm.download("Packages")
                #expect(try await farm.build("faults-ok/chain-c").states == ["cached": 3])
                #expect(try await farm.download("Packages") == index)
                let verified = try await farm.farmctl("binhost", "verify", TestFarm.name)
                #expect(verified.isSuccess, "\(verified.description)")
            }
        }

        @Test func `A farm that becomes one of xpaks builds again what it wants, and keeps what it has`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let text = try String(contentsOfFile: farm.file("coordinator.yaml"), encoding: .utf8)
                try await farm.stop("coordinator")
                try farm.write(
                    "coordinator.yaml",
                    text.replacingOccurrences(of: "signing: none", with: "signing: none\n    format: xpak"))
                try await farm.startCoordinator()
                try await farm.waitForWorkers()
                #expect(try await farm.build("faults-ok/chain-b").states == ["published": 2])
                let gpkgs = ["chain-a", "chain-b"].map { "faults-ok/\($0)/\($0)-1-1.gpkg.tar" }
                let xpaks = ["chain-a", "chain-b"].map { Self.path($0, build: 2) }
                #expect(try await paths(of: farm) == (gpkgs + xpaks).sorted())
                try await install("faults-ok/chain-b", from: farm)

                let collected = try await farm.farmctl("binhost", "gc", TestFarm.name, "--yes")
                #expect(collected.isSuccess, "\(collected.description)")
                #expect(try await paths(of: farm) == xpaks)
                try await farm.checkBinhost()
                try await install("faults-ok/chain-b", from: farm)
            }
        }

        @Test func `What the image has installed is packed as an xpak`() async throws {
            try await TestFarm.with(Self.settings(["coverage": "complete", "base": "quickpkg"])) { farm in
                let image = try await ChangedImage.make(
                    of: farm, named: "base", by: "emerge --oneshot --quiet faults-ok/chain-b")
                try await farm.change(to: image)
                let run = try await farm.build("faults-ok/chain-c")
                #expect(run.state == "succeeded", "\(run)")
                #expect(try await paths(of: farm) == ["chain-a", "chain-b", "chain-c"].map { Self.path($0) })
                let packed = try await farm.plan(run.run).jobs.filter(\.pack).map(\.cpv).sorted()
                #expect(packed == ["faults-ok/chain-a-1", "faults-ok/chain-b-1"])
                try await install("faults-ok/chain-c", from: farm)
            }
        }
    }
}
