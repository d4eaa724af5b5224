import SystemPackage

/// A tool that copies files to a place, and goes on where it was interrupted.
///
/// What it copies is at its place whole or not at all, and a file that is there already is not sent again.
protocol Carrier: Sendable {
    /// Paths of all files at the destination; none when there is no such place yet.
    func list() async throws(FarmctlError) -> [String]

    /// The content of a file in the destination's top directory.
    func fetch(_ name: String, _ scratch: Scratch) async throws(FarmctlError) -> [UInt8]

    /// - Parameter paths: relative to `directory`, and to the destination.
    func send(_ paths: [String], from directory: FilePath, _ scratch: Scratch) async throws(FarmctlError)

    /// Replaces one file in the destination's top directory.
    func replace(_ name: String, from directory: FilePath) async throws(FarmctlError)

    func remove(_ paths: [String], _ scratch: Scratch) async throws(FarmctlError)
}
