import Testing

extension EndToEnd {
    struct WorkerDeathTests {
        @Test func `The build of a killed worker is done by the other host, once, and no container stays`() async throws
        {
            var settings = TestFarm.Settings()
            settings.separatesHosts = true
            try await TestFarm.with(settings) { farm in
                let run = try await farm.submit("faults-ok/slow")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                let victim = try #require(try await farm.job("faults-ok/slow", of: run).worker)
                let built = try await farm.containers(running: true)
                try #require(built.count == 1)
                try await farm.kill(victim)
                // Long before it would end by itself, and without anybody to remove it.
                try await until("end of the build of the killed worker", within: .seconds(15)) {
                    try await Set(built).isDisjoint(with: farm.containers(running: true)) ? true : nil
                }

                #expect(try await farm.end(of: run).state == "succeeded")
                let slow = try await farm.job("faults-ok/slow", of: run)
                #expect(slow.attempts == 2)
                #expect(slow.worker != victim)
                #expect(try await farm.published() == ["faults-ok/slow-1"])
                try await farm.checkBinhost()

                try await farm.startWorker(victim)
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
            }
        }

        @Test func `The late result of a host that the network cut off is refused, and the package is there once`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.separatesHosts = true
            settings.lease = "3s"
            try await TestFarm.with(settings) { farm in
                let run = try await farm.submit("faults-ok/slow")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                let victim = try #require(try await farm.job("faults-ok/slow", of: run).worker)
                try await farm.hosts?.isolate(victim, true)
                try await until("another attempt") {
                    let slow = try await farm.job("faults-ok/slow", of: run)
                    return slow.attempts == 2 && slow.worker != victim ? true : nil
                }
                try await farm.hosts?.isolate(victim, false)
                #expect(try await farm.end(of: run).state == "succeeded")
                #expect(try await farm.published() == ["faults-ok/slow-1"])
                #expect(try await farm.job("faults-ok/slow", of: run).worker != victim)
                try await until("return of \(victim), without its old build") {
                    let worker = try await farm.status().workers.first { $0.name == victim }
                    return worker?.connected == true && worker?.running.isEmpty == true ? true : nil
                }
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
            }
        }
    }
}
