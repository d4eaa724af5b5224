import Testing

extension EndToEnd {
    struct StrangerTests {
        @Test func `Who has no key gets nothing, who may only look changes nothing, and noise is counted`() async throws
        {
            try await TestFarm.with { farm in
                let before = try await farm.status()
                let stranger = try await farm.farmctl("status", "--timeout", "2", by: "stranger")
                #expect(stranger.status == 3, "\(stranger.description)")
                #expect(stranger.output.isEmpty)
                let viewer = try await farm.farmctl("submit", TestFarm.name, "faults-ok/wide-a", by: "viewer")
                #expect(viewer.status == 4, "\(viewer.description)")
                #expect(try await farm.farmctl("status", by: "viewer").isSuccess)

                let counted = try await farm.status().refusedPeers
                #expect(counted > before.refusedPeers, "the stranger was counted")
                for port in [farm.ports.control, farm.ports.bulk] { try await makeNoise(at: port) }
                try await until("higher count of refused peers") {
                    try await farm.status().refusedPeers > counted ? true : nil
                }

                let after = try await farm.status()
                #expect(after.runs.isEmpty)
                #expect(after.workers.filter(\.connected).count == before.workers.count)
                #expect(try await farm.build("faults-ok/wide-a").state == "succeeded", "the farm goes on")
            }
        }

        /// Random bytes; a greeting of ZMTP with garbage behind it; another protocol.
        private func makeNoise(at port: UInt16) async throws {
            let noises = [
                "head -c 100000 /dev/urandom",
                "printf '\\377\\0\\0\\0\\0\\0\\0\\0\\001\\177\\003\\000NULL'; head -c 5000 /dev/urandom",
                "printf '\\377\\0\\0\\0\\0\\0\\0\\0\\001\\177\\003\\000CURVE'; head -c 43 /dev/zero; head -c 500 /dev/urandom",
                "printf 'GET / HTTP/1.1\\r\\nHost: farm\\r\\n\\r\\n'",
                ":",
            ]
            for noise in noises {
                // The coordinator may close the connection in the middle: how this ends says nothing.
                _ = try await Program.run(
                    ["timeout", "5", "bash", "-c", "(\(noise)) > /dev/tcp/127.0.0.1/\(port)"])
            }
        }
    }
}
