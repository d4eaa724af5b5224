internal import FoundationEssentials
internal import Shared
internal import SystemPackage

/// The file that remembers when each root was used last. Without it nothing is lost but the order in which roots go.
enum RootUses {
    static func read(_ file: FilePath) throws -> [ContentDigest: Int64] {
        let bytes = try SmallFile.bytes(file, limit: 16 << 20)
        let times = try JSONDecoder().decode([String: Int64].self, from: Data(bytes))
        return Dictionary(
            times.compactMap { key, time in ContentDigest(hex: key).map { ($0, time) } }, uniquingKeysWith: max)
    }

    static func write(_ roots: some Sequence<PreparedRoot>, to file: FilePath) throws {
        let times = Dictionary(roots.map { ($0.id.hex, $0.lastUsed) }, uniquingKeysWith: max)
        try AtomicFile.write([UInt8](JSONEncoder().encode(times)), to: file)
    }
}
