import Testing

extension EndToEnd {
    /// What is kept of a build, and how people come by it.
    struct EvidenceTests {
        @Test func `What a build said, took and left is told when it has ended, well or not`() async throws {
            var settings = TestFarm.Settings()
            settings.limits = ["silence": "15s"]
            try await TestFarm.with(settings) { farm in
                let run = try await farm.build(
                    "faults-ok/talkative", "faults/configure-fails", "faults/hang-silent")
                #expect(run.states == ["published": 1, "failed": 2])

                let talkative = try await farm.report("faults-ok/talkative", of: run.run)
                #expect(
                    talkative.messages == [
                        .init(kind: "WARN", phase: "configure", text: "two lines of a warning:\nthe second one"),
                        .init(kind: "QA", phase: "compile", text: "QA Notice: this ebuild talks too much"),
                        .init(kind: "LOG", phase: "postinst", text: "Restart what uses it."),
                    ])
                let stages = talkative.stages.map(\.name)
                #expect(stages.contains("configure") && stages.contains("trial"), "\(stages)")
                let compile = try #require(talkative.stages.first { $0.name == "compile" })
                #expect(compile.wallS >= 1 && compile.wallS < 30)
                #expect(Set(talkative.files.map(\.path)).isSuperset(of: ["emerge-info.txt", "environment.bz2"]))
                #expect(talkative.tail.isEmpty)
                #expect(talkative.job.resources.map { $0.cpuS > 0 } == true)

                let fails = try await farm.report("faults/configure-fails", of: run.run)
                #expect(fails.job.failure?.class == "build-failed")
                #expect(fails.messages.contains { $0.kind == "WARN" && $0.text == "this may not go well" })
                #expect(fails.tail.contains { $0.contains("failed to build in its configure phase") }, "\(fails.tail)")
                let archive = farm.file("left.tar.gz")
                let text = try await farm.farmctl("report", "configure-fails", "--files", archive)
                #expect(text.isSuccess && text.output.contains("work/sub/config.log"), "\(text)")
                for (name, line) in [
                    ("config.log", "conftest.c:1: faults.h is missing"),
                    ("CMakeFiles/CMakeError.log", "CheckFaults.c:1: faults.h is missing"),
                    ("meson-logs/meson-log.txt", "Dependency faults found: NO"),
                ] {
                    let log = try await Program.run(["tar", "-xzOf", archive, "./work/sub/\(name)"])
                    #expect(log.output == "\(line)\n", "\(log)")
                }
                let information = try await Program.run(["tar", "-xzOf", archive, "./emerge-info.txt"])
                #expect(information.output.contains("CFLAGS="), "\(information)")

                // It was ended from outside and could collect nothing itself.
                let hangs = try await farm.report("faults/hang-silent", of: run.run)
                #expect(hangs.job.failure?.class == "timed-out")
                #expect(hangs.files.map(\.path).contains("environment"))
                #expect(hangs.tail.contains("this is the last line of the log"), "\(hangs.tail)")

                // Packed when its attempt had ended, it reads as it did before.
                try await until("packed logs") {
                    try await Program.run(
                        ["find", farm.file("state/logs"), "-name", "*.log"]
                    ).output.isEmpty ? true : nil
                }
                let whole = try await farm.farmctl("logs", "faults/hang-silent", "--run", "\(run.run)")
                #expect(whole.output.contains("this is the last line of the log"), "\(whole)")
            }
        }

        @Test func `Of what was not built there is no report`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults-ok/wide-a")
                #expect(run.states == ["published": 1])
                let nothing = try await farm.farmctl("report", "faults-ok/wide-b")
                #expect(nothing.status == 5, "\(nothing)")
            }
        }
    }
}
