package import Shared

package struct FailureDocument: Encodable, Sendable, Equatable {
    /// As `FailureClass` writes it, or `unknown`.
    package let `class`: String
    package let reason: String
    package let firstErrorLine: String?

    package init?(_ wire: WireFailure, isPresent: Bool) {
        guard isPresent else { return nil }
        `class` = wire.class.domain?.rawValue ?? "unknown"
        reason = wire.reason
        firstErrorLine = wire.firstErrorLine.unlessEmpty
    }
}
