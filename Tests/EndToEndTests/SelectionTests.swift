import Foundation
import Testing

extension EndToEnd {
    /// People name packages in the same ways to every verb.
    struct SelectionTests {
        @Test func `Names, atoms, sets and states choose packages for every verb, a typo gets the nearest names`()
            async throws
        {
            try await TestFarm.with { farm in
                let run = try await farm.build(
                    "@faults-ok", "faults/compile-error", "faults/compile-error-dependent")
                #expect(run.states == ["published": 7, "failed": 1, "skipped": 1])

                func jobs(_ words: String...) async throws -> [String] {
                    let result = try await farm.run(["jobs", "--json"] + words)
                    return try JobsDocument(json: result.output).jobs.map(\.cpv).sorted()
                }
                let set = try await jobs("@faults-ok")
                #expect(set == ["chain-c", "wide-a", "wide-b", "wide-c", "wide-d"].map { "faults-ok/\($0)-1" })
                let none = try await farm.farmctl("jobs", "chain-a", "faults/*", "--state", "published")
                #expect(none.status == 5 && none.errors.contains("but not published"), "\(none)")
                let two = try await jobs("chain-a", ">=faults-ok/wide-b-0:0::faults")
                #expect(two == ["faults-ok/chain-a-1", "faults-ok/wide-b-1"])
                let fruitless = try await jobs("--state", "failed", "--state", "skipped")
                #expect(fruitless == ["faults/compile-error-1", "faults/compile-error-dependent-1"])

                let log = try await farm.farmctl("log", "--state", "failed", "--errors")
                let line = try #require(
                    try await farm.job("faults/compile-error-1", of: run.run).failure?.firstErrorLine)
                #expect(log.isSuccess && log.output.contains(line), "\(log)")
                let why = try await farm.farmctl("why", "--state", "skipped")
                #expect(why.isSuccess && why.output.contains("faults/compile-error-1"), "\(why)")
                let report = try await farm.farmctl("report", "<faults/compile-error-2")
                #expect(report.isSuccess && report.output.contains("compile phase"), "\(report)")

                let typo = try await farm.farmctl("log", "chian-a")
                #expect(typo.status == 5 && typo.errors.contains("did you mean faults-ok/chain-a"), "\(typo)")
                let many = try await farm.farmctl("why", "@faults-ok")
                #expect(many.status == 2 && many.errors.contains("faults-ok/chain-c-1"), "\(many)")
                let nonsense = try await farm.farmctl("why", "faults-ok/chain-a:0=")
                #expect(nonsense.status == 2 && nonsense.errors.contains("column"), "\(nonsense)")

                let again = try await farm.farmctl("retry", "--state", "failed")
                #expect(again.output == "run \(run.run + 1)\n", "\(again)")
                let retried = try await farm.end(of: run.run + 1)
                #expect(retried.targets == ["=faults/compile-error-1"])
                let history = try await farm.farmctl("history", "compile-error", "--state", "failed", "--json")
                #expect(try HistoryDocument(json: history.output).builds.map(\.run) == [2, 1], "\(history)")
            }
        }

        @Test func `The graph is drawn, and the doctor looks at all that is between a person and the farm`()
            async throws
        {
            try await TestFarm.with { farm in
                let run = try await farm.build("@faults-ok")
                #expect(run.state == "succeeded")
                let file = farm.file("graph.svg")
                let drawn = try await farm.farmctl("graph", "chain-c", "--output", file)
                #expect(drawn.isSuccess, "\(drawn)")
                let svg = try String(contentsOfFile: file, encoding: .utf8).replacingOccurrences(of: "&#45;", with: "-")
                #expect(svg.contains("<svg") && svg.contains("chain-a") && svg.contains("chain-c"))
                #expect(svg.contains("published") && !svg.contains("wide-a"))
                let dependents = try await farm.farmctl("graph", "chain-a", "--dependents")
                #expect(dependents.output.contains("chain-c") && !dependents.output.contains("wide-a"), "\(dependents)")

                let well = try await farm.farmctl("doctor")
                #expect(well.isSuccess && well.output.contains("ok       control port:"), "\(well)")
                #expect(!well.output.contains("problem"), "\(well)")
                for worker in try await farm.status().workers { try await farm.stop(worker.name) }
                try await until("workers that are gone") {
                    try await farm.status().workers.allSatisfy { !$0.connected } ? true : nil
                }
                let ill = try await farm.farmctl("doctor")
                #expect(ill.status == 1 && ill.output.contains("no worker is connected"), "\(ill)")
                #expect(ill.output.contains("mend: ssh "), "\(ill)")
                try await farm.kill("coordinator")
                let dead = try await farm.farmctl("doctor")
                #expect(dead.status == 1 && dead.output.contains("nothing answers at"), "\(dead)")
            }
        }
    }
}
