import Testing

extension EndToEnd {
    /// Two builds of a package beside each other.
    struct DiffTests {
        private static let change = """
            mkdir -p /etc/portage/package.use
            echo 'faults/has-flag extra' >/etc/portage/package.use/diff
            cat >>/var/db/repos/faults/faults/has-flag/has-flag-1.ebuild <<'END'
            src_install() {
            	insinto /usr/share/has-flag
            	newins - more <<<more
            }
            END
            """

        @Test func `What another USE flag and another file make of a package`() async throws {
            try await TestFarm.with { farm in
                _ = try await farm.build("faults/has-flag", "faults-ok/wide-a")
                let first = try await farm.farmctl("diff", "has-flag")
                #expect(first.status == 5 && first.errors.contains("there is no earlier build"), "\(first)")
                try await farm.change(to: ChangedImage.make(of: farm, named: "diff", by: Self.change))
                let changed = try await farm.build("faults/has-flag", "faults-ok/wide-a")
                #expect(changed.states == ["published": 1, "cached": 1])

                let result = try await farm.farmctl("diff", "has-flag", "--json")
                let diff = try DiffDocument(json: result.output)
                #expect(diff.use == ["+extra"])
                #expect(diff.from.run == 1 && diff.to.run == 2 && diff.to.buildId == 2, "\(result)")
                #expect(diff.files.map(\.path).contains("/usr/share/has-flag/more"))
                #expect(diff.files.allSatisfy { $0.kind == "added" })
                #expect(diff.to.installedBytes == 5 && diff.from.installedBytes == 0)
                let text = try await farm.farmctl("diff", "has-flag")
                #expect(text.output.contains("+ /usr/share/has-flag/more  5 B"), "\(text)")
                #expect(text.output.contains("use") && text.output.contains("+extra"), "\(text)")

                let same = try await farm.farmctl("diff", "wide-a", "--run", "2", "--since", "1")
                #expect(same.status == 5 && same.errors.contains("run 1 has no other"), "\(same)")
            }
        }
    }
}
