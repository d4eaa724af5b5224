import CSodium

/// BLAKE2b with a digest of 64 bytes and without a key (RFC 7693), by libsodium: the second digest of each line in a gpkg's
/// Manifest, without which Portage refuses the package. swift-crypto does not have it.
struct BLAKE2b: ~Copyable {
    private static let size = 64

    /// libsodium wants it so.
    private static let alignment = 64
    private let state: UnsafeMutableRawPointer

    init() {
        state = .allocate(byteCount: crypto_generichash_statebytes(), alignment: Self.alignment)
        // It refuses only other sizes.
        crypto_generichash_init(OpaquePointer(state), nil, 0, Self.size)
    }

    deinit { state.deallocate() }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        crypto_generichash_update(
            OpaquePointer(state), bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
            UInt64(bytes.count))
    }

    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Lower-case hexadecimal.
    consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: Self.size)
        crypto_generichash_final(OpaquePointer(state), &digest, Self.size)
        return digest.hexadecimal
    }

    static func digest(_ bytes: [UInt8]) -> String {
        var hash = BLAKE2b()
        hash.update(bytes)
        return hash.finish()
    }
}
