import Testing

extension EndToEnd {
    struct ClientConfigurationTests {
        @Test func `One line of curl makes a client of a farm, or of a release, and it verifies where the farm signs`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.signs = true
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let tagged = try await farm.farmctl("release", "tag", TestFarm.name, "2026.11")
                #expect(tagged.isSuccess, "\(tagged.description)")
                for site in [farm.url, "\(farm.url)@2026.11"] {
                    let client = try await farm.container([
                        "bash", "-euc",
                        """
                        curl --silent --show-error --fail --create-dirs -o /etc/portage/binrepos.conf/farm.conf \
                            \(site)/binrepos.conf
                        cat /etc/portage/binrepos.conf/farm.conf
                        emerge --oneshot --getbinpkgonly --usepkgonly --color=n faults-ok/wide-a 2>&1
                        """,
                    ])
                    #expect(client.output.contains("sync-uri = \(site)\nverify-signature = true\n"))
                    // It has no keyring: it finds the package, and refuses it.
                    #expect(!client.isSuccess, "\(client.description)")
                    #expect(client.output.contains("faults-ok/wide-a-1"), "\(client.description)")

                    let trusting = try await farm.verifyingClient(
                        "faults-ok/wide-a",
                        configuration: "curl --silent --show-error --fail \(site)/binrepos.conf")
                    #expect(trusting.isSuccess, "\(trusting.description)")
                    #expect(trusting.output.contains("wide-a-1"), "\(trusting.description)")
                }
            }
        }

        @Test func `Of a farm that does not sign it installs at once`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let client = try await farm.container([
                    "bash", "-euc",
                    """
                    curl --silent --show-error --fail --create-dirs -o /etc/portage/binrepos.conf/farm.conf \
                        \(farm.url)/binrepos.conf
                    emerge --oneshot --getbinpkgonly --usepkgonly --color=n faults-ok/wide-a 2>&1
                    ls /var/db/pkg/faults-ok
                    """,
                ])
                #expect(client.isSuccess, "\(client.description)")
                #expect(client.output.contains("wide-a-1"))
            }
        }
    }
}
