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
        try await Tool.run(
            "skopeo", choice(of: architecture) + ["copy", "--quiet"] + options + ["--", source, target]
        ).demandSuccess()
    }

    /// Of what a source has now: `sha256:…`; of a list of images the list's.
    static func digest(
        of source: String, architecture: ImageArchitecture? = nil
    ) async throws(FarmctlError) -> String {
        let result = try await Tool.run(
            "skopeo",
            choice(of: architecture) + ["inspect", "--no-tags", "--format", "{{.Digest}}", "--", source])
        try result.demandSuccess()
        let digest = result.output.split(whereSeparator: \.isWhitespace).joined()
        guard digest.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil else {
            throw FarmctlError(.failed, "skopeo says of \(source) that its digest is '\(digest.oneLine(atMost: 100))'")
        }
        return digest
    }

    private static func choice(of architecture: ImageArchitecture?) -> [String] {
        architecture.map { ["--override-os", "linux", "--override-arch", $0.rawValue] } ?? []
    }

    static func place(_ image: String, in store: ImageStore) -> String { "oci:\(store.directory):\(image)" }
}
