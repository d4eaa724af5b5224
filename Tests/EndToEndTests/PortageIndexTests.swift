import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// The index that the farm writes against the one that Portage itself makes of the same packages.
    struct PortageIndexTests {
        /// What Portage's `emaint` cannot know or does not write.
        private enum Difference {
            /// When each of them was made.
            static let header: Set = ["TIMESTAMP"]
            /// Keys of the farm's own, which clients skip: how it finds its files' digests again after a restart.
            static let entry: Set = ["SHA256", "SIGNED_FROM"]
        }

        @Test func `Portage makes the same index of the same packages, line by line`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("@faults-ok").state == "succeeded")
                try await expectSameIndex(of: farm)
            }
        }

        @Test func `The same of xpaks`() async throws {
            var settings = TestFarm.Settings()
            settings.coverage["format"] = "xpak"
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("@faults-ok").state == "succeeded")
                try await expectSameIndex(of: farm)
            }
        }

        @Test func `The same of signed packages`() async throws {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/chain-c").state == "succeeded")
                // The container has no keyring, as the farm's builds have none: Portage looks at no signature there.
                try await expectSameIndex(of: farm, features: "binpkg-ignore-signature -binpkg-request-signature")
            }
        }

        /// - Parameter features: of Portage while it makes its index, beside those of the image.
        private func expectSameIndex(of farm: TestFarm, features: String = "") async throws {
            let ours = try await farm.download("Packages")
            let theirs = try await reindexed(farm, features: features)
            let (own, portages) = (Self.blocks(of: ours), Self.blocks(of: theirs))
            #expect(own.count > 1, "the farm has published something")
            #expect(own.count == portages.count, "\(theirs)")
            var header = Difference.header
            // The header says what Portage was told by the test.
            if !features.isEmpty { header.insert("FEATURES") }
            for (number, (own, portages)) in zip(own, portages).enumerated() {
                let left = number == 0 ? header : Difference.entry
                #expect(Self.lines(of: own, without: left) == Self.lines(of: portages, without: left))
            }
        }

        /// The `Packages` that Portage makes of a copy of the binhost without one.
        private func reindexed(_ farm: TestFarm, features: String) async throws -> String {
            let copy = farm.directory.appending("pkgdir")
            // With the files' times: the index has them.
            try await Program.demand([
                "cp", "--archive", farm.state.appending("binhosts/\(TestFarm.name)").string, copy.string,
            ])
            for name in ["Packages", "Packages.gz"] {
                try FileManager.default.removeItem(atPath: copy.appending(name).string)
            }
            let result = try await farm.container(
                ["bash", "-euc", "FEATURES=\"$EXTRA_FEATURES\" emaint binhost --fix >&2; cat \"$PKGDIR\"/Packages"],
                environment: ["PKGDIR": "/pkgdir", "EXTRA_FEATURES": features], mounting: [copy.string: "/pkgdir"])
            guard result.isSuccess else { throw HarnessError(result.description) }
            return result.output
        }

        private static func blocks(of index: String) -> [String] {
            index.components(separatedBy: "\n\n").filter { !$0.isEmpty }
        }

        /// In their order, so that the order of the keys is compared too.
        private static func lines(of block: String, without keys: Set<String>) -> [Substring] {
            block.split(separator: "\n").filter { line in !keys.contains(String(line.prefix { $0 != ":" })) }
        }
    }
}
