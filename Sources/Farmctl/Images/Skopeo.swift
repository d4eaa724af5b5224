import Images
import Shared
import SystemPackage

/// Carries images between stores, archives and registries; it finds credentials where podman and docker keep them.
enum Skopeo {
    /// - Parameters:
    ///   - source, target: as skopeo names places of images, such as `docker://HOST/NAME:TAG` or `oci-archive:FILE`.
    ///   - architecture: of the image that is wanted, where the source has several.
    static func copy(
        from source: String, to target: String, architecture: ImageArchitecture? = nil, options: [String] = []
    ) async throws(FarmctlError) {
        let wanted = architecture.map { ["--override-os", "linux", "--override-arch", $0.rawValue] } ?? []
        try await Tool.run("skopeo", wanted + ["copy", "--quiet"] + options + ["--", source, target]).demandSuccess()
    }

    static func place(_ image: String, in store: ImageStore) -> String { "oci:\(store.directory):\(image)" }
}
