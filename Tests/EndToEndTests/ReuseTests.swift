import Testing

extension EndToEnd {
    /// The image changes, and with it the epoch; what is built again is what the change reaches.
    struct ReuseTests {
        static let ebuild = "/var/db/repos/faults/faults-ok/chain-a/chain-a-1.ebuild"

        @Test func `What a change does not reach is reused, and what it leaves as it was is not built upon again`()
            async throws
        {
            try await TestFarm.with(.init(workers: ["alpha"])) { farm in
                #expect(try await farm.build("@faults-ok").state == "succeeded")
                let first = try await farm.reasons(1)
                #expect(Set(first.values) == ["new"])

                let comment = try await ChangedImage.make(
                    of: farm, named: "comment", by: "echo '# A comment more.' >>\(Self.ebuild)")
                try await farm.change(to: comment)
                let second = try await farm.build("@faults-ok")
                let commented = try await farm.reasons(second.run)
                #expect(second.states == ["published": 1, "cached": 6], "\(commented)")
                #expect(commented["faults-ok/chain-a-1"] == "ebuild-changed")
                for name in ["chain-b", "chain-c"] {
                    #expect(
                        commented["faults-ok/\(name)-1"]
                            == "cached: faults-ok/\(name)/\(name)-1-1.gpkg.tar "
                            + "(dependencies rebuilt without a visible change)")
                }
                #expect(commented["faults-ok/wide-a-1"] == "cached: faults-ok/wide-a/wide-a-1-1.gpkg.tar")

                let file = try await ChangedImage.make(
                    of: farm, named: "file",
                    by: """
                        cat >>\(Self.ebuild) <<'END'
                        src_install() {
                        	tiny-library_src_install
                        	insinto /usr/share/${PN}
                        	newins - more <<<more
                        }
                        END
                        """)
                try await farm.change(to: file)
                let third = try await farm.build("@faults-ok")
                let changed = try await farm.reasons(third.run)
                #expect(third.states == ["published": 3, "cached": 4], "\(changed)")
                #expect(changed["faults-ok/chain-a-1"] == "ebuild-changed")
                #expect(changed["faults-ok/chain-b-1"] == "dependency-changed(faults-ok/chain-a)")
                #expect(changed["faults-ok/chain-c-1"] == "dependency-changed(faults-ok/chain-a)")
                try await farm.checkBinhost()
            }
        }
    }
}
