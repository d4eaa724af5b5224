/// Where a container finds what the worker mounts.
enum ContainerLayout {
    /// Read-only: the script that runs.
    static let script = "/binfarm/script"
    /// What the script leaves for the worker.
    static let output = "/binfarm/out"
    /// Sonames that the image has, as lines of a PROVIDES: the image is made with it (`deploy/images/binfarm/finish`).
    static let baseProvides = "/usr/share/binfarm/provides"
    /// The private PKGDIR.
    static let packages = "/binfarm/packages"
    /// The build's own DISTDIR: what it fetches itself, and links to those below.
    static let distfiles = "/binfarm/distfiles"
    /// Read-only: the host's distfiles, by digest.
    static let hostDistfiles = "/binfarm/host-distfiles"
    /// Read-only: indexes of binhosts of others, by digest.
    static let binhosts = "/binfarm/binhosts"
    /// Read-only: a tar of what goes into an image.
    static let context = "/binfarm/context"
    /// Read-only: Gentoo's repository, for an image that gets it.
    static let snapshot = "/binfarm/snapshot"
    /// Where images have Gentoo's repository.
    static let repository = "/var/db/repos/gentoo"
    /// Compiler caches, a directory for each toolchain.
    static let ccache = "/binfarm/ccache"
    /// Portage's standard place: it shows in debug information, so it is the same everywhere.
    static let work = "/var/tmp/portage"
}
