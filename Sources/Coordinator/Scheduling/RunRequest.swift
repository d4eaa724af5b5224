import Shared

/// What a person asked for, with all of the farm's configuration that the run needs: it stays as it was submitted.
struct RunRequest: Equatable, Sendable, Codable {
    var farm: String
    /// Atoms and sets, as Portage takes them.
    var targets: [String]
    /// Everything a fresh root needs; otherwise only what the base image lacks.
    var emptytree: Bool
    /// The binfarm image; its digest is the epoch.
    var image: Blob
    var resolveLimits: Limits
    var buildLimits: Limits
    /// Name of the operator's key.
    var submittedBy: String
}
