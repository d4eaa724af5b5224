/// Where a container finds what the worker mounts.
enum ContainerLayout {
    /// Read-only: the script that runs.
    static let script = "/binfarm/script"
    /// What the script leaves for the worker.
    static let output = "/binfarm/out"
    /// The private PKGDIR.
    static let packages = "/binfarm/packages"
    /// The build's own, writable DISTDIR; it links to those below.
    static let distfiles = "/binfarm/distfiles"
    /// The host's distfiles: writable where they are fetched, read-only in a build.
    static let hostDistfiles = "/binfarm/host-distfiles"
    /// Portage's standard place: it shows in debug information, so it is the same everywhere.
    static let work = "/var/tmp/portage"
}
