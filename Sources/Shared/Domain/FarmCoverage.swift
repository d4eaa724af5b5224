/// Which packages a farm's binhost is to have.
package enum FarmCoverage: String, Sendable, Codable, CaseIterable {
    /// What the image lacks.
    case missing
    /// Everything that a fresh root needs: the image's own packages are built again.
    case complete
    /// The same, but the image's own packages are packed as they are installed.
    case quickpkg

    /// The image's own packages are built.
    package var rebuildsImage: Bool { self == .complete }
    /// The image's own packages are packed.
    package var packsImage: Bool { self == .quickpkg }
}
