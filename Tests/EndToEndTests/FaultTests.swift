import Testing

extension EndToEnd {
    /// examples/faults: its README says how each has to end.
    struct FaultTests {
        private static let ends: [String: (state: String, class: String?, reason: String)] = [
            "faults/compile-error-1": ("failed", "build-failed", "compile"),
            "faults/compile-error-dependent-1": ("skipped", nil, "faults/compile-error-1"),
            "faults/fetch-missing-1": ("failed", "fetch-failed", "faults-fetch-missing"),
            "faults/fetch-checksum-1": ("failed", "fetch-failed", "Manifest"),
            "faults/fetch-restricted-1": ("failed", "refused", "fetch"),
            "faults/interactive-1": ("failed", "refused", "interactive"),
            "faults/hang-silent-1": ("failed", "timed-out", "printed nothing for 20 s"),
            "faults/memory-hog-1": ("failed", "out-of-memory", "512 MiB"),
            "faults/disk-full-1": ("failed", "out-of-disk", "256 MiB"),
            "faults/daemon-1": ("published", nil, ""),
            "faults-ok/chain-a-1": ("published", nil, ""),
            "faults-ok/chain-b-1": ("published", nil, ""),
            "faults-ok/chain-c-1": ("published", nil, ""),
        ]

        @Test func `Every fault while building ends its job with its class and a reason, and only its dependents`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.limits = [
                "memory": "512MiB", "disk": "256MiB", "silence": "20s", "timeout": "5m", "log": "1MiB",
            ]
            try await TestFarm.with(settings) { farm in
                let run = try await farm.build(targets: Self.ends.keys.map { "=\($0)" }.sorted())
                #expect(run.state == "failed")
                let jobs = try await farm.jobs(run.run).filter { !$0.isResolving }
                #expect(Set(jobs.map(\.cpv)) == Set(Self.ends.keys))
                for job in jobs {
                    let end = try #require(Self.ends[job.cpv])
                    #expect(job.state == end.state, "\(job)")
                    #expect(job.failure?.class == end.class, "\(job)")
                    let reason = [job.failure?.reason, job.failure?.firstErrorLine, job.reason].compactMap(\.self)
                    #expect(reason.joined(separator: " ").contains(end.reason) || end.reason.isEmpty, "\(job)")
                }
                #expect(jobs.first { $0.cpv == "faults/compile-error-1" }?.attempts == 1, "not tried again")
                #expect(
                    try await farm.published() == Self.ends.filter { $0.value.state == "published" }.keys.sorted())
                try await farm.checkBinhost()

                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
            }
        }

        @Test
        func `A build has the cores, memory and processes that are its own; too many processes or minutes end it`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.limits = ["memory": "512MiB", "processes": "200", "timeout": "60s"]
            try await TestFarm.with(settings) { farm in
                let endless = try await farm.submit("faults/endless")
                #expect(try await farm.build("faults-ok/rations").states == ["published": 1])
                let path = try #require(try await farm.index().first { $0["CPV"] == "faults-ok/rations-1" }?["PATH"])
                let list = try await farm.file("usr/share/rations/list", of: path).split(separator: "\n")
                let rations = Dictionary(
                    list.map { $0.split(separator: " ").map(String.init) }.map { ($0[0], $0[1]) },
                    uniquingKeysWith: { $1 })
                // Where its work is in memory, that is added.
                #expect(try #require(Int64(rations["memory"] ?? "")) >= 512 << 20, "\(list)")
                #expect(rations["processes"] == "200", "\(list)")
                #expect(rations["jobs"] != nil && rations["jobs"] == rations["cores"], "\(list)")

                let many = try await farm.build("faults/fork-many")
                let refused = try await farm.job("faults/fork-many", of: many.run)
                #expect(refused.failure?.class == "build-failed", "\(refused)")
                #expect(refused.failure?.firstErrorLine?.contains("temporarily unavailable") == true, "\(refused)")

                #expect(try await farm.end(of: endless).state == "failed")
                let ended = try await farm.job("faults/endless", of: endless)
                #expect(ended.failure?.class == "timed-out", "\(ended)")
                #expect(ended.failure?.reason.contains("ran longer than 60 s") == true, "\(ended)")
                let log = try await farm.farmctl("logs", "faults/endless", "--run", "\(endless)").output
                #expect(log.contains("second 5"), "what it printed until then is kept")
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
            }
        }

        @Test func `A gigabyte of log is no failure, and what is kept of it is its beginning and its end`() async throws
        {
            var settings = TestFarm.Settings()
            settings.limits = ["log": "1MiB"]
            try await TestFarm.with(settings) { farm in
                let run = try await farm.build("faults/log-gigabyte")
                #expect(run.states == ["published": 1])
                let log = try await farm.farmctl("logs", "faults/log-gigabyte", "--run", "\(run.run)").output
                #expect(log.utf8.count < 2 << 20)
                #expect(log.contains("one line of a very long log"))
                #expect(log.contains("end of the long log"))
            }
        }

        /// What farmctl has to say about each, beside the kind.
        private static let refusals: [(target: String, kind: String, words: [String])] = [
            ("faults/cycle-a", "circular-dependency", ["faults/cycle-a-1", "faults/cycle-b-1"]),
            ("faults/missing-dependency", "unknown-atom", ["faults/does-not-exist", "faults/missing-dependency"]),
            ("faults/masked", "masked", ["faults/masked", "package.unmask"]),
            ("faults/needs-masked", "masked", ["faults/masked", "faults/needs-masked"]),
            ("faults/licence", "licence-not-accepted", ["faults-EULA", "package.license"]),
            ("faults/needs-flag", "use-required", ["faults/has-flag", "extra", "package.use"]),
            ("faults/slot-conflict", "slot-conflict", ["faults/slotted-1", "faults/slotted-2"]),
            ("faults/required-use", "use-required", ["one", "other"]),
        ]

        @Test func `Every fault while resolving is told with its kind, its packages, and what to change`() async throws
        {
            try await TestFarm.with { farm in
                var runs: [Int64] = []
                for refusal in Self.refusals { runs.append(try await farm.submit(refusal.target)) }
                for (run, refusal) in zip(runs, Self.refusals) {
                    let waited = try await farm.farmctl("status", "--watch", "--run", "\(run)", "--verbose")
                    #expect(waited.status == 1, "\(waited.description)")
                    for word in refusal.words { #expect(waited.output.contains(word), "\(waited.description)") }
                    let document = try await farm.run(run)
                    #expect(document.state == "failed")
                    #expect(document.failure?.class == "resolve-failed")
                    #expect(document.resolveError?.kind == refusal.kind, "\(document)")
                }
                #expect(try await farm.build("faults-ok/wide-a").state == "succeeded", "the farm goes on")
            }
        }
    }
}
