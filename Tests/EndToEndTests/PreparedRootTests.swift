import Testing

extension EndToEnd {
    struct PreparedRootTests {
        @Test func `Dependencies install once, over what is there already, and a killed worker's next life finds them`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            settings.slots = 1
            try await TestFarm.with(settings) { farm in
                let first = try await farm.build("faults-ok/chain-c")
                #expect(first.state == "succeeded")
                let roots = try await farm.preparedRoots()
                #expect(roots.map(\.packages) == [1, 2])
                #expect(roots.map(\.isBuiltOn) == [false, true])
                #expect(try await log(of: first.run, in: farm).contains("binfarm: installing 1 packages"))

                try await farm.kill("alpha")
                try await farm.startWorker("alpha")
                let second = try await farm.submit(targets: ["faults-ok/chain-c", "--force", "faults-ok/chain-c"])
                #expect(try await farm.end(of: second).states["published"] == 1)
                #expect(try await !log(of: second, in: farm).contains("binfarm: installing"))
                #expect(try await farm.rootImages().count == 2)

                // Somebody cleans up: the worker makes it again.
                try await farm.removeRoots()
                let third = try await farm.submit(targets: ["faults-ok/chain-c", "--force", "faults-ok/chain-c"])
                #expect(try await farm.end(of: third).states["published"] == 1)
                #expect(try await log(of: third, in: farm).contains("binfarm: installing 2 packages"))
            }
        }

        private func log(of run: Int64, in farm: TestFarm) async throws -> String {
            try await farm.farmctl("logs", "faults-ok/chain-c", "--run", "\(run)").output
        }
    }
}
