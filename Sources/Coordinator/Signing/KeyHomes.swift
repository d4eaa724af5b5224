import SystemPackage

/// gpg's home directories with the keys that farms name.
struct KeyHomes: Sendable {
    /// Secret ones, for farms that name no other.
    let signing: FilePath
    /// Public ones that came with farm files.
    let upstreams: UpstreamKeys
}
