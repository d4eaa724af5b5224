/// What images say that they are for (GOARCH, as config.md of the image specification wants it).
package enum ImageArchitecture: String, Sendable {
    case amd64, arm64, loong64, ppc64le, riscv64, s390x
    case x86 = "386"

    /// Of the machine that packages are built for; nil when it is none of these.
    /// - Parameter chost: as in make.conf, such as `x86_64-pc-linux-gnu`.
    package init?(chost: String) {
        switch chost.prefix(while: { $0 != "-" }) {
        case "x86_64": self = .amd64
        case "i486", "i586", "i686": self = .x86
        case "aarch64": self = .arm64
        case "loongarch64": self = .loong64
        case "powerpc64le": self = .ppc64le
        case "riscv64": self = .riscv64
        case "s390x": self = .s390x
        default: return nil
        }
    }
}
