/// The images that Gentoo publishes, and others in their place, as skopeo names them (containers-transports(5)).
package enum GentooImage {
    /// Of a day, or of a time of it.
    static func isTag(_ text: String) -> Bool { text.wholeMatch(of: /[0-9]{8}(T[0-9]{6}Z)?/) != nil }

    static func isReference(_ text: String) -> Bool {
        text.wholeMatch(of: /(docker:\/\/|docker-archive:|oci-archive:|oci:|dir:|containers-storage:)[^\s]+/) != nil
    }

    /// - Parameter text: as the farm file says it.
    package static func stage3(_ text: String, platform: Platform) -> String {
        isTag(text) ? "docker://docker.io/gentoo/stage3:\(variant(of: platform))-\(text)" : text
    }

    /// - Parameter text: as the farm file says it.
    package static func portage(_ text: String) -> String {
        isTag(text) ? "docker://docker.io/gentoo/portage:\(text)" : text
    }

    /// gentoo/gentoo-docker-images names them so; the plain ones have OpenRC.
    private static func variant(of platform: Platform) -> String {
        switch platform {
        case .amd64: "amd64-openrc"
        case .amd64Hardened: "amd64-hardened-openrc"
        case .amd64NoMultilib: "amd64-nomultilib-openrc"
        case .amd64HardenedNoMultilib: "amd64-hardened-nomultilib-openrc"
        case .x86: "i686-openrc"
        case .x86Hardened: "i686-hardened-openrc"
        }
    }
}
