/// What the holder of a key may do.
package enum KeyRole: String, Sendable, Codable, CaseIterable {
    /// Is the coordinator; never a client.
    case coordinator
    /// Builds.
    case worker
    /// Submits and cancels, and all that a viewer may.
    case `operator`
    /// Only looks.
    case viewer
}
