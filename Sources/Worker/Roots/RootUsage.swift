/// Where the dependencies of a build are installed on this host.
enum RootUsage: Sendable, Equatable {
    /// In roots that are kept as images of the engine, up to so many bytes.
    case images(budget: Int64)
    /// In each build's own container, anew.
    case inPlace(because: String)

    /// What a host's engine and configuration make of it.
    init(driver: String, budget: Int64) {
        guard budget > 0 else {
            self = .inPlace(because: "the configuration says `roots: 0`")
            return
        }
        // Of docker with containerd's store: `overlayfs`.
        guard driver.hasPrefix("overlay") || driver == "btrfs" || driver == "zfs" else {
            self = .inPlace(because: "the engine's storage driver '\(driver)' copies the whole image for each layer")
            return
        }
        self = .images(budget: budget)
    }
}

extension RootUsage: CustomStringConvertible {
    var description: String {
        switch self {
        case .images(let budget): "kept as the engine's images, up to \(budget.asBytes)"
        case .inPlace(let reason): "not kept, dependencies are installed anew for each build: \(reason)"
        }
    }
}
