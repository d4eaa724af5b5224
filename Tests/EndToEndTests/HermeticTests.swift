import Testing

extension EndToEnd {
    struct HermeticTests {
        @Test func `The same package built by two hosts has the same contents, and knows neither of them`() async throws
        {
            var settings = TestFarm.Settings()
            settings.separatesHosts = true
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/surroundings").state == "succeeded")
                let first = try #require(try await farm.job("faults-ok/surroundings", of: 1).worker)
                #expect(try await farm.farmctl("drain", first).isSuccess)
                let again = try await farm.submit(
                    targets: ["faults-ok/surroundings", "--force", "faults-ok/surroundings"])
                #expect(try await farm.end(of: again).state == "succeeded")
                #expect(try await farm.job("faults-ok/surroundings", of: again).worker != first)

                let paths = try await farm.index().filter { $0["CPV"] == "faults-ok/surroundings-1" }
                    .compactMap { $0["PATH"] }
                #expect(paths.count == 2)
                var contents: Set<String> = []
                for path in paths { contents.insert(try await farm.contents(of: path)) }
                #expect(contents.count == 1, "\(contents)")

                let seen = try await farm.file("usr/share/surroundings/list", of: try #require(paths.first))
                let lines = Set(seen.split(separator: "\n"))
                for line in [
                    "host binfarm", "LANG C.UTF-8", "TZ UTC", "SOURCE_DATE_EPOCH 315532800", "umask 0022",
                    "interfaces lo", "distfiles read-only", "first process bash",
                ] { #expect(lines.contains(Substring(line)), "\(line) is not in\n\(seen)") }
            }
        }
    }
}
