import Images
import Shared
import SystemPackage

/// Carries images between stores, archives and registries; it finds credentials where podman and docker keep them.
enum Skopeo {
    /// - Parameters:
    ///   - source, target: as skopeo names places of images, such as `docker://HOST/NAME:TAG` or `oci-archive:FILE`.
    static func copy(from source: String, to target: String, options: [String] = []) async throws(FarmctlError) {
        try await Tool.run("skopeo", ["copy", "--quiet"] + options + ["--", source, target]).demandSuccess()
    }

    static func place(_ image: String, in store: ImageStore) -> String { "oci:\(store.directory):\(image)" }
}
