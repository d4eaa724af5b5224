import Testing

extension EndToEnd {
    struct HermeticTests {
        /// All that an engine or the farm gives a container of the host's files.
        private static let mounts = ["/binfarm/", "/var/tmp/portage", "/etc/", "/run/.containerenv"]

        @Test func `What compiles has the same contents from two hosts, dependents too`() async throws {
            var settings = TestFarm.Settings()
            settings.separatesHosts = true
            try await TestFarm.with(settings) { farm in
                let targets = ["faults-ok/chain-c", "faults-ok/compiled"]
                #expect(try await farm.farmctl("drain", "beta").isSuccess)
                let first = try await farm.build(targets: targets)
                #expect(first.state == "succeeded")
                #expect(try await farm.farmctl("resume", "beta").isSuccess)
                #expect(try await farm.farmctl("drain", "alpha").isSuccess)
                let names = try await farm.jobs(first.run).filter { !$0.isResolving }.map(\.cpv)
                let second = try await farm.build(targets: targets + ["--force-all"])
                #expect(second.states == ["published": names.count])
                for (run, worker) in [(first, "alpha"), (second, "beta")] {
                    let jobs = try await farm.jobs(run.run).filter { !$0.isResolving }
                    #expect(jobs.allSatisfy { $0.worker == worker }, "\(jobs)")
                }
                let index = try await farm.index()
                for name in names {
                    let paths = index.filter { $0["CPV"] == name }.compactMap { $0["PATH"] }
                    #expect(paths.count == 2, "\(name)")
                    var contents: Set<String> = []
                    for path in paths { contents.insert(try await farm.contents(of: path)) }
                    #expect(contents.count == 1, "\(name): \(contents)")
                }
            }
        }

        @Test func `The same package built by two hosts has the same contents, and knows neither of them`() async throws
        {
            var settings = TestFarm.Settings()
            settings.separatesHosts = true
            // Something that a build would see if it shared the host's IPC.
            let segment = try await Program.demand(["ipcmk", "--shmem", "4096"]).split(whereSeparator: \.isWhitespace)
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
                    "interfaces lo", "distfiles read-only", "first process bash", "shared memory segments 0",
                ] { #expect(lines.contains(Substring(line)), "\(line) is not in\n\(seen)") }
                let mounts = lines.filter { $0.hasPrefix("mount ") }.map { $0.dropFirst("mount ".count) }
                #expect(mounts.contains("/binfarm/host-distfiles"), "\(seen)")
                for mount in mounts {
                    #expect(Self.mounts.contains { mount.hasPrefix($0) }, "\(mount) is of the host:\n\(seen)")
                }
            }
            try await Program.demand(["ipcrm", "--shmem-id", String(segment.last ?? "")])
        }
    }
}
