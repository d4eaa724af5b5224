package import Shared

package struct FarmDocument: Encodable, Sendable, Equatable {
    package let name: String
    package let epoch: String
    package let packages: Int64
    package let bytes: Int64
    package let url: String
    /// Why clients see an earlier state.
    package let held: String?

    package init(_ wire: WireFarmStatus) {
        name = wire.name
        epoch = wire.epoch
        packages = wire.packages
        bytes = wire.bytes
        url = wire.url
        held = wire.held.unlessEmpty
    }
}
