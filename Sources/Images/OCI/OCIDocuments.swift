package import Shared

/// What names a blob (https://github.com/opencontainers/image-spec, descriptor.md).
package struct OCIDescriptor: Codable, Hashable, Sendable {
    package var mediaType: String
    /// `sha256:` and 64 hexadecimal digits.
    package var digest: String
    /// Bytes.
    package var size: Int64
    package var annotations: [String: String]?

    package init(_ mediaType: String, _ blob: Blob, annotations: [String: String]? = nil) {
        self.mediaType = mediaType
        digest = "\(Self.algorithm)\(blob.digest)"
        size = blob.size
        self.annotations = annotations
    }

    private static let algorithm = "sha256:"

    /// nil when it is digested in another way, which nobody does.
    package var blob: Blob? {
        guard digest.hasPrefix(Self.algorithm), size >= 0 else { return nil }
        return ContentDigest(hex: String(digest.dropFirst(Self.algorithm.count))).map { Blob(digest: $0, size: size) }
    }
}

/// An image of one platform (manifest.md).
package struct OCIManifest: Codable, Hashable, Sendable {
    package var schemaVersion = 2
    package var mediaType: String? = mediaType
    package var config: OCIDescriptor
    package var layers: [OCIDescriptor]
    package var annotations: [String: String]?

    package static let mediaType = "application/vnd.oci.image.manifest.v1+json"
    package static let configurationType = "application/vnd.oci.image.config.v1+json"
    package static let layerType = "application/vnd.oci.image.layer.v1.tar+zstd"

    package init(config: OCIDescriptor, layers: [OCIDescriptor], annotations: [String: String]?) {
        self.config = config
        self.layers = layers
        self.annotations = annotations
    }
}

/// The images of a layout (image-layout.md).
package struct OCIIndex: Codable, Hashable, Sendable {
    package var schemaVersion = 2
    package var manifests: [OCIDescriptor] = []

    package init() {}
}

/// What an image says to those who run it (config.md).
package struct OCIConfiguration: Codable, Hashable, Sendable {
    package struct Execution: Codable, Hashable, Sendable {
        package var User: String?
        package var ExposedPorts: [String: [String: String]]?
        package var Env: [String]?
        package var Entrypoint: [String]?
        package var Cmd: [String]?
        package var Volumes: [String: [String: String]]?
        package var WorkingDir: String?
        package var Labels: [String: String]?
        package var StopSignal: String?

        package init() {}
    }

    package struct RootFS: Codable, Hashable, Sendable {
        package var type = "layers"
        /// Of the unpacked layers.
        package var diff_ids: [String] = []
    }

    package struct Step: Codable, Hashable, Sendable {
        package var created: String?
        package var created_by: String?
        package var comment: String?
        package var empty_layer: Bool?
    }

    package var created: String?
    package var architecture: String
    package var os = "linux"
    package var variant: String?
    package var config: Execution?
    package var rootfs = RootFS()
    package var history: [Step]?

    package init(architecture: String) { self.architecture = architecture }
}
