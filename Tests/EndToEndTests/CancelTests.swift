import Testing

extension EndToEnd {
    struct CancelTests {
        @Test func `Cancelling ends the builds under way with their containers, keeps what is published`() async throws
        {
            try await TestFarm.with { farm in
                let run = try await farm.submit("faults-ok/slow", "faults-ok/wide-a")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                try await until("first package") { try await farm.published().isEmpty ? nil : true }
                #expect(try await !farm.containers().isEmpty)

                let cancelled = try await farm.farmctl("cancel", "\(run)")
                #expect(cancelled.isSuccess, "\(cancelled.description)")
                #expect(try await farm.end(of: run).state == "cancelled")
                #expect(try await farm.job("faults-ok/slow", of: run).state == "cancelled")
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
                #expect(try await farm.published() == ["faults-ok/wide-a-1"])

                let again = try await farm.farmctl("cancel", "\(run)")
                #expect(again.status == 2, "\(again.description)")
                #expect(try await farm.build("faults-ok/wide-b").state == "succeeded", "the slots are free again")
            }
        }
    }
}
