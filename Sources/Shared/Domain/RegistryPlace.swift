/// Where images are in a registry: `HOST[:PORT]/PATH`, as podman, docker and skopeo write it.
package struct RegistryPlace: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let remedy = "write HOST/PATH or HOST:PORT/PATH, the path in lower case, without tag"
    private static let longest = 255

    /// nil for what is no such place.
    package init?(_ text: String) {
        // As the reference grammar of the distribution project has it.
        let place = /[A-Za-z0-9][A-Za-z0-9.\-]*(:[0-9]{1,5})?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+/
        guard text.utf8.count <= Self.longest, text.wholeMatch(of: place) != nil else { return nil }
        description = text
    }
}

/// An image in a registry, by the digest of its manifest: what comes under this name is the image, whoever keeps it.
package struct RegistryImage: Hashable, Sendable, CustomStringConvertible {
    package let place: RegistryPlace
    /// `sha256:…`, of the manifest; not of an archive of the image.
    package let manifest: String

    /// nil when that is no digest.
    package init?(_ place: RegistryPlace, manifest: String) {
        guard manifest.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil else { return nil }
        self.place = place
        self.manifest = manifest
    }

    /// `HOST/PATH@sha256:…`.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let place = RegistryPlace(String(parts[0])) else { return nil }
        self.init(place, manifest: String(parts[1]))
    }

    package var description: String { "\(place)@\(manifest)" }
}
