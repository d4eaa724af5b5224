internal import Shared

/// What a build's container is made of.
struct BuildRoot: Sendable, Equatable {
    /// The engine's name.
    var image: String
    /// What the build has to install first.
    var missing: [DependencyPackage]
}

/// What is to be installed so that a root is there.
struct RootInstallation: Sendable {
    /// The engine's name of the image to begin with.
    var image: String
    /// In the order in which they install.
    var packages: [DependencyPackage]
    /// What the container becomes.
    var commit: ImageCommit
}
