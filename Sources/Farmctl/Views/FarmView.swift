import Shared

struct FarmView: Encodable, Sendable, Equatable {
    let name: String
    let epoch: String
    let packages: Int64
    let bytes: Int64
    let url: String
    /// Why clients see an earlier state.
    let held: String?

    init(_ wire: WireFarmStatus) {
        name = wire.name
        epoch = wire.epoch
        packages = wire.packages
        bytes = wire.bytes
        url = wire.url
        held = wire.held.unlessEmpty
    }
}
