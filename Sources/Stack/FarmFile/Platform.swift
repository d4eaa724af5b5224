/// What a farm builds for: an architecture of Gentoo's stage3 archives, and its variants.
package enum Platform: String, CaseIterable, Sendable {
    case amd64
    case amd64Hardened = "amd64-hardened"
    case amd64NoMultilib = "amd64-nomultilib"
    case amd64HardenedNoMultilib = "amd64-hardened-nomultilib"
    case x86
    case x86Hardened = "x86-hardened"

    /// `CHOST` of its compilers.
    package var host: String { isAMD64 ? "x86_64-pc-linux-gnu" : "i686-pc-linux-gnu" }

    /// What every processor of it can do (gentoo.org: Safe CFLAGS).
    package var machineFlags: String { isAMD64 ? "-march=x86-64" : "-march=i686" }

    package var isAMD64: Bool { rawValue.hasPrefix("amd64") }
}
