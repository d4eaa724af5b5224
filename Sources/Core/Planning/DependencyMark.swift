package import Shared

/// A package that a root got, in 64 bits: enough to tell later what changed, where a rare mistake costs a wrong word to a
/// person.
package struct DependencyMark: Hashable, Comparable, Sendable {
    /// Of category, name and slot above, of the build key below.
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package init(cpv: CPV, slot: String, buildKey: ContentDigest) {
        rawValue = UInt64(Self.place(cpv, slot: slot)) << 32 | buildKey.prefix >> 32
    }

    /// Of category, name and slot.
    package var place: UInt32 { UInt32(rawValue >> 32) }

    /// FNV-1a, folded.
    package static func place(_ cpv: CPV, slot: String) -> UInt32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [cpv.category, cpv.name, slot] {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    package static func < (left: DependencyMark, right: DependencyMark) -> Bool { left.rawValue < right.rawValue }
}
