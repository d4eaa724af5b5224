import Core
import Shared
import SystemPackage

/// A farm at work: its configuration, the image it has now, and its binhost.
struct Farm: Sendable {
    let configuration: FarmConfiguration
    /// The image archive by content: its digest is the epoch.
    let image: Blob
    let binhost: Binhost

    /// What a run of this farm asks for.
    func request(targets: [String], submittedBy: String) -> RunRequest {
        let packsBase = configuration.base == .quickpkg
        let rebuildsBase = configuration.coverage == .complete && !packsBase
        let system = rebuildsBase && !targets.contains("@system") ? ["@system"] : []
        return RunRequest(
            farm: configuration.name, targets: system + targets, emptytree: rebuildsBase, image: image,
            resolveLimits: Limits(timeout: .seconds(3600)), buildLimits: configuration.limits,
            submittedBy: submittedBy, packsBase: packsBase)
    }
}
