internal import Shared

/// What concerns the overlays that images and containers are made of.
struct OverlayFacts: Sendable {
    enum Trial: Sendable, Equatable { case mounted, failed(String), notTried }

    var info: EngineInfo
    var isPodman: Bool
    /// Major and minor number.
    var kernel: [Int]
    /// The store's, which the engine calls by names of its own.
    var storeKind = FileSystemKind.other
    var hasFuseOverlay = false
    var hasFuseDevice = true
    /// The storage configuration's file is there and this host's own, so that it can be edited.
    var ownsConfiguration = false
    /// A mount of an overlay in the state directory, in a mount namespace of its own.
    var trial = Trial.notTried
    var packageManager: PackageManager?
    /// Bytes that prepared roots may take; nil: not configured.
    var roots: Int64?
}

enum OverlayCheck {
    /// Since when podman mounts overlays in user namespaces by the kernel.
    static let rootlessSince = [5, 13]

    static func findings(_ facts: OverlayFacts) -> [Diagnosis] {
        var findings = [driver(facts)]
        switch facts.trial {
        case .mounted: findings.append(.ok("overlay", "can be mounted in the state directory"))
        case .failed(let reason):
            findings.append(
                .warning("overlay", "cannot be mounted in the state directory: \(reason)", mend: "modprobe overlay"))
        case .notTried: break
        }
        if let budget = facts.roots {
            // An unfit driver has a finding of its own, with what mends it.
            let usage = RootUsage(driver: facts.info.driver, budget: budget)
            findings.append(.ok("prepared roots", "\(usage)"))
        }
        return findings
    }

    private static func driver(_ facts: OverlayFacts) -> Diagnosis {
        let info = facts.info
        let what = "storage driver"
        let place = info.backing.isEmpty ? info.root : "\(info.root) (\(info.backing))"
        let move =
            "mkdir -p /srv/containers, on a local ext4 or xfs; "
            + (facts.isPodman
                ? "then engine: {command: [podman, --root, /srv/containers]} in the configuration"
                : "then {\"data-root\": \"/srv/containers\"} in /etc/docker/daemon.json")
        if info.hasFileTypes == false {
            return .problem(what, "\(place) does not tell the types of files (d_type; xfs with ftype=0)", mend: move)
        }
        if case .network(let name) = facts.storeKind {
            return .problem(what, "\(place) is on a network file system (\(name))", mend: move)
        }
        if info.driver == "vfs" {
            return .problem(what, "vfs copies the whole image for each container, in \(place)", mend: useOverlay(facts))
        }
        // Of docker with containerd's store: `overlayfs`.
        guard info.driver.hasPrefix("overlay") || info.driver == "btrfs" || info.driver == "zfs" else {
            return .warning(what, "'\(info.driver)' in \(place): untried", mend: useOverlay(facts))
        }
        let needsFuse = info.isRootless && facts.kernel.lexicographicallyPrecedes(rootlessSince)
        if info.driver.hasPrefix("overlay"), needsFuse || info.mountProgram != nil {
            if !facts.hasFuseOverlay {
                return .problem(
                    what, "rootless overlays need fuse-overlayfs here, which is missing",
                    mend: PackageManager.install(.fuseOverlay, with: facts.packageManager))
            }
            if !facts.hasFuseDevice {
                return .problem(what, "fuse-overlayfs needs /dev/fuse, which is missing", mend: "sudo modprobe fuse")
            }
            if !needsFuse {
                return .warning(
                    what,
                    "overlay by \(info.mountProgram ?? "fuse-overlayfs") in \(place), where the kernel's own is faster",
                    mend: facts.ownsConfiguration
                        ? "sed -i '/mount_program/d' \(ShellWord.quoted(info.storageConfiguration))" : nil)
            }
        }
        return .ok(what, "\(info.driver) in \(place)")
    }

    /// A store keeps the driver it began with; `reset` asks before it empties it.
    private static func useOverlay(_ facts: OverlayFacts) -> String {
        guard facts.isPodman else {
            return "echo '{\"storage-driver\": \"overlay2\"}' > /etc/docker/daemon.json && systemctl restart docker"
        }
        let own = facts.info.isRootless ? "~/.config/containers/storage.conf" : "/etc/containers/storage.conf"
        let edit =
            facts.ownsConfiguration
            ? "sed -i 's/^ *driver *=.*/driver = \"overlay\"/' \(ShellWord.quoted(facts.info.storageConfiguration))"
            : "mkdir -p $(dirname \(own)) && printf '[storage]\\ndriver = \"overlay\"\\n' > \(own)"
        return "podman system reset && \(edit)"
    }
}
