internal import Logging
internal import Shared
internal import SystemPackage

/// Images of the engine.
extension CommandLineEngine {
    func hasImage(_ name: String) async throws -> Bool {
        try await Command.run(command + ["image", "inspect", "--format", "{{.Id}}", name], timeout: Self.short).status
            == 0
    }

    func image(_ name: String) async throws -> EngineImage? {
        let output = try await Command.run(command + ["image", "inspect", name], timeout: Self.short)
        return output.status == 0 ? try EngineImage.images(json: output.text).first : nil
    }

    func images(label: String, value: String) async throws -> [EngineImage] {
        let list = try await Command.run(
            command + ["images", "--quiet", "--no-trunc", "--filter", "label=\(label)=\(value)"], timeout: Self.short)
        guard list.status == 0 else { throw EngineError("images cannot be listed: \(list.lastError)") }
        var images: [EngineImage] = []
        for id in Set(list.text.split(separator: "\n")).sorted() {
            // It may go meanwhile.
            if let image = try await image(String(id)) { images.append(image) }
        }
        return images
    }

    func removeImage(_ name: String) async throws {
        let output = try await Command.run(command + ["rmi", "--force", name], timeout: Self.short)
        let isGone =
            output.status == 0 || output.errors.lowercased().contains("no such image")
            || output.errors.contains("image not known")
        guard isGone else { throw EngineError("image \(name) cannot be removed: \(output.lastError)") }
    }

    func load(archive: FilePath, as name: String) async throws {
        // docker takes zstd from version 23 on; what is not compressed so goes through as it is.
        let unpacking = "set -euo pipefail; file=$1; shift; zstd -qdcf -- \"$file\" | \"$@\""
        let words =
            isPodman
            ? command + ["load", "--input", archive.string]
            : ["/bin/bash", "-c", unpacking, "load", archive.string] + command + ["load"]
        let output = try await Command.run(words, timeout: Self.long)
        guard output.status == 0 else { throw EngineError("the image cannot be loaded: \(output.lastError)") }
        guard let loaded = Self.loadedImage(output.text) else {
            throw EngineError("the engine did not say which image it loaded: \(output.text)")
        }
        try await tag(loaded, as: name)
    }

    func pull(_ image: RegistryImage, as name: String) async throws {
        let output = try await Command.run(command + ["pull", "--quiet", "\(image)"], timeout: Self.long)
        guard output.status == 0 else { throw EngineError("\(image) cannot be pulled: \(output.lastError)") }
        try await tag("\(image)", as: name)
        // docker would keep it by that name when the other one goes.
        if !isPodman { try await removeImage("\(image)") }
    }

    /// The image that `load` named: `Loaded image: NAME`, `Loaded image(s): A,B` or `Loaded image ID: sha256:…`.
    static func loadedImage(_ text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("Loaded image") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let names = line[line.index(after: colon)...].drop { $0 == " " }
            let first = names.prefix { $0 != "," && $0 != " " }
            if !first.isEmpty { return String(first) }
        }
        return nil
    }

    func save(_ name: String, to archive: FilePath) async throws {
        // The engines compress no docker-archive themselves.
        let script = "set -euo pipefail; file=$1; shift; \"$@\" | zstd -q -T0 -3 -f -o \"$file\""
        let format = isPodman ? ["--format", "docker-archive"] : []
        let output = try await Command.run(
            ["/bin/bash", "-c", script, "save", archive.string] + command + ["save"] + format + [name],
            timeout: Self.long)
        guard output.status == 0 else { throw EngineError("the image cannot be saved: \(output.lastError)") }
    }

    func tag(_ image: String, as name: String) async throws {
        let output = try await Command.run(command + ["tag", image, name], timeout: Self.short)
        guard output.status == 0 else { throw EngineError("the image cannot be tagged: \(output.lastError)") }
    }

    func demandPacking() async throws {
        let output = try await Command.run(["/bin/bash", "-c", "command -v zstd"], timeout: Self.short)
        guard output.status == 0 else { throw EngineError("zstd is not installed, and images are packed with it") }
    }

    func imageNames(beginningWith prefix: String) async throws -> [String] {
        let output = try await Command.run(
            command + ["images", "--format", "{{.Repository}}:{{.Tag}}"], timeout: Self.short)
        guard output.status == 0 else { throw EngineError("images cannot be listed: \(output.lastError)") }
        return output.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }

    func copy(
        _ directory: String, of image: String, to place: FilePath, as container: ContainerSpec.Identity
    ) async throws -> Bool {
        let labels = container.labels.sorted { $0.key < $1.key }.flatMap { ["--label", "\($0.key)=\($0.value)"] }
        let creation = try await Command.run(
            command + ["create", "--pull", "never", "--network", "none", "--name", container.name] + labels
                + [image, "/bin/true"], timeout: Self.short)
        guard creation.status == 0 else {
            throw EngineError("no container of the image can be made: \(creation.lastError)")
        }
        let output: Command.Output
        do {
            output = try await Command.run(
                command + ["cp", "\(container.name):\(directory)", place.string], timeout: Self.long)
        } catch {
            await remove(container.name)
            throw error
        }
        await remove(container.name)
        if output.status == 0 { return true }
        let isMissing = ["could not be found", "Could not find", "no such file"].contains(where: output.errors.contains)
        guard isMissing else { throw EngineError("\(directory) cannot be copied: \(output.lastError)") }
        return false
    }

    /// Whether that worked the image tells.
    func commit(_ container: String, as image: ImageCommit, _ usage: Usage) async {
        var words = usage.command + ["commit"]
        for (key, value) in image.labels.sorted(by: { $0.key < $1.key }) {
            words += ["--change", "LABEL \(key)=\"\(value)\""]
        }
        for setting in image.settings { words += ["--change", setting] }
        do {
            let output = try await Command.run(words + [container, image.name], timeout: Self.long)
            guard output.status != 0 else { return }
            logger.warning("no image made of a container", metadata: ["error": "\(output.lastError)"])
        } catch {
            logger.warning("no image made of a container", metadata: ["error": "\(error)"])
        }
    }
}
