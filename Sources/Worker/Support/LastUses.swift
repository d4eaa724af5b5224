internal import FoundationEssentials
internal import Shared
internal import SystemPackage

/// A file that remembers when each of some things was used last. Without it nothing is lost but the order in which they go.
enum LastUses {
    /// - Returns: seconds since 1970.
    static func read(_ file: FilePath) throws -> [ContentDigest: Int64] {
        let bytes = try SmallFile.bytes(file, limit: 16 << 20)
        let times = try JSONDecoder().decode([String: Int64].self, from: Data(bytes))
        return Dictionary(
            times.compactMap { key, time in ContentDigest(hex: key).map { ($0, time) } }, uniquingKeysWith: max)
    }

    static func write(_ times: some Sequence<(ContentDigest, Int64)>, to file: FilePath) throws {
        let times = Dictionary(times.map { ($0.0.hex, $0.1) }, uniquingKeysWith: max)
        try AtomicFile.write([UInt8](JSONEncoder().encode(times)), to: file)
    }
}
