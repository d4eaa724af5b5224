import Testing

/// The engine's side of the workers.
extension TestFarm {
    /// Containers of workers, running or not. One farm runs at a time, and the storage is the tests' own.
    func containers() async throws -> [String] {
        try await Program.demand(
            TestEnvironment.engineCommand + ["ps", "--all", "--quiet", "--filter", "label=binfarm.worker"]
        ).split(separator: "\n").map(String.init)
    }

    func removeContainers() async throws {
        let left = try await containers()
        guard !left.isEmpty else { return }
        try await Program.demand(TestEnvironment.engineCommand + ["rm", "--force", "--time", "0"] + left)
    }

    /// A command in a fresh container of the farm's image, on the host's network.
    func container(_ words: [String], environment: [String: String] = [:]) async throws -> Program.Result {
        let image = "localhost/binfarm-epoch:\(try await epoch())"
        let variables = environment.flatMap { ["--env", "\($0.key)=\($0.value)"] }
        return try await Program.run(
            TestEnvironment.engineCommand + ["run", "--rm", "--pull", "never", "--network", "host"] + variables
                + TestEnvironment.engineOptions + [image] + words)
    }
}
