/// How this host's system gets its programs.
enum PackageManager: String, Sendable, CaseIterable {
    case emerge, apt = "apt-get", dnf, zypper, pacman

    /// A program that a worker may lack.
    enum Tool: Sendable { case podman, docker, idMaps, fuseOverlay, chrony }

    /// The command that installs a tool; it says what to do where the package manager is not known.
    static func install(_ tool: Tool, with manager: PackageManager?) -> String {
        guard let manager else { return "install \(name(tool, .apt)) with this system's package manager" }
        let package = name(tool, manager)
        return switch manager {
        case .emerge: "emerge \(package)"
        case .apt, .dnf, .zypper: "\(manager.rawValue) install \(package)"
        case .pacman: "pacman -S \(package)"
        }
    }

    private static func name(_ tool: Tool, _ manager: PackageManager) -> String {
        switch (tool, manager) {
        case (.podman, .emerge): "app-containers/podman"
        case (.podman, _): "podman"
        case (.docker, .emerge): "app-containers/docker"
        case (.docker, .apt): "docker.io"
        case (.docker, _): "docker"
        case (.idMaps, .emerge): "sys-apps/shadow"
        case (.idMaps, .apt): "uidmap"
        case (.idMaps, .dnf): "shadow-utils"
        case (.idMaps, _): "shadow"
        case (.fuseOverlay, .emerge): "sys-fs/fuse-overlayfs"
        case (.fuseOverlay, _): "fuse-overlayfs"
        case (.chrony, .emerge): "net-misc/chrony"
        case (.chrony, _): "chrony"
        }
    }
}
