import SystemPackage

/// The farm's image with something changed in it: another archive, so another epoch.
struct ChangedImage {
    let archive: FilePath

    /// - Parameter script: run by bash in a container of the farm's present image, whose files become the new image.
    static func make(of farm: TestFarm, named name: String, by script: String) async throws -> ChangedImage {
        let engine = TestEnvironment.engineCommand
        let container = "binfarm-changed-\(name)"
        let tag = "localhost/\(container):latest"
        let archive = farm.directory.appending("\(name).tar")
        let epoch = try await farm.epoch()
        try await Program.demand(
            engine + ["run", "--name", container, "--pull", "never", "--network", "none"]
                + TestEnvironment.engineOptions
                + ["localhost/binfarm-epoch:\(epoch)", "bash", "-euc", script])
        try await Program.demand(engine + ["commit", "--quiet", container, tag])
        try await Program.demand(engine + ["rm", container])
        try await Program.demand(engine + ["save", "--quiet", "--output", archive.string, tag])
        try await Program.demand(engine + ["rmi", tag])
        return ChangedImage(archive: archive)
    }
}
