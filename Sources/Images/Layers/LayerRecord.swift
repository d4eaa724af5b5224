package import Shared

/// A layer that was made.
package struct LayerRecord: Codable, Hashable, Sendable {
    /// Packed; as it is pulled.
    package let blob: Blob
    /// Of the tar: its diff id.
    package let plain: ContentDigest
    /// cpvs, ascending.
    package let packages: [String]
    /// When the newest was built, seconds since 1970.
    package let created: Int64
    /// Files of `/etc/env.d` by name.
    package let environment: [String: String]
    /// Shared libraries by name, with the directories that they are in.
    package let libraries: [String: [String]]

    package init(
        blob: Blob, plain: ContentDigest, packages: [String], created: Int64, environment: [String: String],
        libraries: [String: [String]]
    ) {
        self.blob = blob
        self.plain = plain
        self.packages = packages
        self.created = created
        self.environment = environment
        self.libraries = libraries
    }
}
