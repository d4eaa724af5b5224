import Testing

extension EndToEnd {
    /// `farmctl status --watch` on a terminal.
    struct LiveViewTests {
        @Test func `Keys find the cause of a failure, drain a worker and build again, in 80 columns`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.build("faults/compile-error", "faults-ok/wide-a")
                let failed = try await farm.job("faults/compile-error", of: run.run)
                let line = try #require(failed.failure?.firstErrorLine)
                let start = String(line.prefix(60))
                let words = [farm.program("farmctl"), "status", "--watch", "--config", farm.file("operator.yaml")]
                try await TmuxTerminal.with(words) { terminal in
                    let first = try await terminal.shows("> \(failed.cpv)", "run 1 faults")
                    #expect(first.first?.hasPrefix("binfarm  ") == true)

                    try await terminal.press("Enter")
                    try await terminal.shows("log of \(failed.cpv)")
                    try await terminal.press("e")
                    try await terminal.shows(start)
                    try await terminal.press("Escape")
                    try await terminal.shows("> \(failed.cpv)")

                    try await terminal.resize(columns: 60, rows: 12)
                    // So wide that the footer has lost its end, and so high that it is the last line.
                    try await until("smaller picture") {
                        let lines = try await terminal.screen()
                        return lines.first?.hasPrefix("binfarm  ") == true && lines.count >= 12
                            && lines[11].hasPrefix("↑↓ move") && lines[11].hasSuffix("…") ? true : nil
                    }
                    try await terminal.resize(columns: 80, rows: 24)

                    try await terminal.press("Tab", "d")
                    try await terminal.shows("alpha is drained")
                    #expect(try await farm.farmctl("workers").output.contains("drained"))
                    try await terminal.press("Tab", "r")
                    try await terminal.shows("run 2 builds \(failed.cpv) again")

                    try await terminal.press("/", "wide-a", "Enter")
                    try await terminal.shows("jobs with 'wide-a'")
                    try await terminal.press("q")
                    try await terminal.shows("ended with 0")
                    let last = try await terminal.screen()
                    #expect(!last.contains { $0.hasPrefix("binfarm  ") }, "the screen is as before")
                }
            }
        }

        @Test func `A coordinator that goes away is waited for; Ctrl-C leaves and ends nothing`() async throws {
            try await TestFarm.with { farm in
                let run = try await farm.submit("faults-ok/slow")
                let words = [farm.program("farmctl"), "status", "--watch", "--config", farm.file("operator.yaml")]
                try await TmuxTerminal.with(words) { terminal in
                    try await terminal.shows("> faults-ok/slow-1", "building")
                    try await farm.kill("coordinator")
                    try await terminal.shows("has been silent for")
                    try await farm.startCoordinator()
                    try await terminal.shows("  live")
                    try await terminal.press("C-c")
                    try await terminal.shows("ended with 0")
                }
                #expect(try await farm.end(of: run).state == "succeeded")
            }
        }
    }
}
