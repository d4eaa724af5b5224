internal import FoundationEssentials
package import Shared

/// Puts layers together to an image of a store.
package struct ImageComposition: Sendable {
    let base: BaseImage
    /// The first lies lowest.
    let layers: [LayerRecord]
    /// Names of the shared libraries that files of the packages link to.
    let needed: Set<String>

    /// Of a layer in a manifest: its packages, with spaces between.
    package static let packagesKey = "binfarm.packages"
    private static let createdKey = "org.opencontainers.image.created"
    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    package init(base: BaseImage, layers: [LayerRecord], needed: Set<String>) {
        self.base = base
        self.layers = layers
        self.needed = needed
    }

    /// Writes what describes the image; its layers are there. Blocks.
    /// - Returns: its manifest.
    package func write(into store: ImageStore) throws -> Blob {
        let places = layers.flatMap { $0.libraries.filter { needed.contains($0.key) }.values.joined() }
        let environment = RunEnvironment(
            layers.reduce(into: base.environment) { $0.merge($1.environment) { _, later in later } },
            libraries: Set(places).sorted())
        let created = layers.map(\.created).max() ?? 0
        let last = try settings(environment, created: created, in: store)
        let all = layers + [last]

        var configuration = base.configuration
        configuration.created = Self.time(created)
        configuration.config = execution(environment)
        configuration.rootfs.diff_ids += all.map { "sha256:\($0.plain)" }
        configuration.history =
            baseHistory
            + all.map { layer in
                let packages = layer.packages.joined(separator: " ")
                return OCIConfiguration.Step(
                    created: Self.time(layer.created),
                    created_by: "binfarm: \(packages.isEmpty ? "settings" : packages)")
            }
        let descriptors = all.map { layer in
            OCIDescriptor(
                OCIManifest.layerType, layer.blob,
                annotations: layer.packages.isEmpty
                    ? nil : [Self.packagesKey: layer.packages.joined(separator: " ")])
        }
        let manifest = OCIManifest(
            config: OCIDescriptor(OCIManifest.configurationType, try store.put(configuration)),
            layers: base.layers + descriptors, annotations: [Self.createdKey: Self.time(created)])
        return try store.put(manifest)
    }

    /// Engines refuse an image whose history tells of other layers than it has.
    private var baseHistory: [OCIConfiguration.Step] {
        let told = base.configuration.history ?? []
        return told.count { $0.empty_layer != true } == base.layers.count
            ? told : base.layers.map { _ in OCIConfiguration.Step(created_by: "base") }
    }

    private func execution(_ environment: RunEnvironment) -> OCIConfiguration.Execution {
        var execution = base.configuration.config ?? OCIConfiguration.Execution()
        var variables: [(name: String, value: String)] = (execution.Env ?? []).map { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        func set(_ name: String, _ change: (String?) -> String) {
            if let place = variables.firstIndex(where: { $0.name == name }) {
                variables[place].value = change(variables[place].value)
            } else {
                variables.append((name, change(nil)))
            }
        }
        set("PATH") { RunEnvironment.join(environment.variables["PATH"] ?? "", $0 ?? Self.path, ":") }
        for (name, value) in environment.variables.sorted(by: { $0.key < $1.key }) where name != "PATH" {
            set(name) { _ in value }
        }
        // Nothing has run ldconfig.
        if !environment.libraryPath.isEmpty {
            set("LD_LIBRARY_PATH") {
                RunEnvironment.join(environment.libraryPath.joined(separator: ":"), $0 ?? "", ":")
            }
        }
        execution.Env = variables.map { "\($0.name)=\($0.value)" }
        return execution
    }

    /// The layer with what `env-update` would write.
    private func settings(
        _ environment: RunEnvironment, created: Int64, in store: ImageStore
    ) throws -> LayerRecord {
        let profile = environment.variables.sorted { $0.key < $1.key }.map { name, value in
            "export \(name)='\(value.replacing("'", with: "'\\''"))'\n"
        }
        let libraries = environment.libraryPath.map { "\($0)\n" }
        let (_, plain, packed) = try LayerFile.write(into: store) { archive in
            try archive.add("etc", nil, modified: created)
            try archive.add("etc/ld.so.conf.d", nil, modified: created)
            try archive.add("etc/ld.so.conf.d/50-packages.conf", Array(libraries.joined().utf8), modified: created)
            try archive.add("etc/profile.env", Array(profile.joined().utf8), modified: created)
        }
        return LayerRecord(blob: packed, plain: plain, packages: [], created: created, environment: [:], libraries: [:])
    }

    private static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
