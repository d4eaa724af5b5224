internal import Binpkgs
internal import Shared
internal import SystemPackage

/// The image on which others stand, of a store: its layers are taken as they are.
package struct BaseImage: Sendable {
    package let layers: [OCIDescriptor]
    package let configuration: OCIConfiguration
    package let contents: BaseContents
    /// Files of `/etc/env.d` by name.
    package let environment: [String: String]

    /// No base at all: all that an image needs comes from packages.
    package init(architecture: String, claimed: Set<String>) {
        layers = []
        configuration = OCIConfiguration(architecture: architecture)
        contents = BaseContents(claimed: claimed)
        environment = [:]
    }

    /// Reads all its layers. Blocks.
    package init(_ image: StoredImage, in store: ImageStore, claimed: Set<String>) throws {
        layers = image.manifest.layers
        configuration = image.configuration
        guard layers.count == configuration.rootfs.diff_ids.count else {
            throw ImageError("the base has \(layers.count) layers and says \(configuration.rootfs.diff_ids.count)")
        }
        var (listing, packages): (BaseListing, Set<CPV>) = (BaseListing(), [])
        for layer in layers {
            guard let blob = layer.blob else { throw ImageError("\(layer.digest) is no digest that is known here") }
            // One that was assembled has no records of its packages.
            let named = layer.annotations?[ImageComposition.packagesKey]?.split(separator: " ") ?? []
            packages.formUnion(named.compactMap { try? CPV(String($0)) })
            do throws(ArchiveReader.Failure) {
                try listing.read(store.path(of: blob.digest), size: blob.size)
            } catch {
                throw ImageError("the base's layer \(blob.digest.short) cannot be read: \(error.detail)")
            }
        }
        environment = listing.environment
        contents = listing.contents(packages: packages, claimed: claimed)
    }
}
