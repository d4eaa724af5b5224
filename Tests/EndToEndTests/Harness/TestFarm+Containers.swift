import Testing

/// The engine's side of the workers.
extension TestFarm {
    /// Containers of workers, running or not. One farm runs at a time, and the storage is the tests' own.
    func containers(running: Bool = false) async throws -> [String] {
        try await Program.demand(
            TestEnvironment.engineCommand + ["ps"] + (running ? [] : ["--all"])
                + ["--quiet", "--filter", "label=binfarm.worker"]
        ).split(separator: "\n").map(String.init)
    }

    func removeContainers() async throws {
        let left = try await containers()
        guard !left.isEmpty else { return }
        try await Program.demand(
            TestEnvironment.engineCommand + ["rm", "--force"] + (TestEnvironment.isDocker ? [] : ["--time", "0"]) + left
        )
    }

    /// The workers' prepared roots: for each how many packages it has, and whether it was made from another one.
    func preparedRoots() async throws -> [(packages: Int, isBuiltOn: Bool)] {
        let format = #"{{index .Config.Labels "binfarm.root.members"}} {{index .Config.Labels "binfarm.root.parent"}}"#
        var roots: [(packages: Int, isBuiltOn: Bool)] = []
        for image in try await rootImages() {
            let line = try await Program.demand(
                TestEnvironment.engineCommand + ["image", "inspect", "--format", format, image])
            let words = line.split(whereSeparator: \.isWhitespace)
            roots.append((words.first?.split(separator: ",").count ?? 0, words.count > 1))
        }
        return roots.sorted { $0.packages < $1.packages }
    }

    func rootImages() async throws -> [String] {
        let ids = try await Program.demand(
            TestEnvironment.engineCommand + ["images", "--quiet", "--no-trunc", "--filter", "label=binfarm.root"])
        return Set(ids.split(separator: "\n").map(String.init)).sorted()
    }

    func removeRoots() async throws {
        // docker removes none that another one stands on: those that stand on it first.
        for _ in 0..<8 {
            let left = try await rootImages()
            guard !left.isEmpty else { return }
            for image in left { _ = try await Program.run(TestEnvironment.engineCommand + ["rmi", "--force", image]) }
        }
        throw HarnessError("prepared roots cannot be removed: \(try await rootImages())")
    }

    /// A command in a fresh container of the farm's image, on the host's network.
    /// - Parameter mounts: directories of the host and where they are in the container.
    func container(
        _ words: [String], environment: [String: String] = [:], mounting mounts: [String: String] = [:]
    ) async throws -> Program.Result {
        let image = "localhost/binfarm-epoch:\(try await epoch())"
        let variables =
            environment.flatMap { ["--env", "\($0.key)=\($0.value)"] }
            + mounts.flatMap { ["--volume", "\($0.key):\($0.value)"] }
        return try await Program.run(
            TestEnvironment.engineCommand + ["run", "--rm", "--pull", "never", "--network", "host"] + variables
                + TestEnvironment.engineOptions + [image] + words)
    }
}
