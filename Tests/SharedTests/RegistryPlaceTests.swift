import Shared
import Testing

/// Names of images in registries, as the distribution project's reference grammar has them.
struct RegistryPlaceTests {
    @Test(arguments: ["registry.cluster:5000/binfarm", "127.0.0.1:5000/hep/images", "ghcr.io/a-b/c__d.e"])
    func `A place is a host and a path`(_ text: String) {
        #expect(RegistryPlace(text)?.description == text)
    }

    @Test(arguments: [
        "", "host", "host/", "/path", "host/Path", "host/path:tag", "host/a@sha256:0", "-h/path", "https://host/path",
        "host/a b", "host/a/../b", "host:port/a", "host/" + String(repeating: "a", count: 255),
    ])
    func `Anything else is none`(_ text: String) { #expect(RegistryPlace(text) == nil) }

    @Test func `An image is named by the digest of its manifest`() {
        let hex = String(repeating: "0a", count: 32)
        #expect(RegistryImage("host/path@sha256:\(hex)")?.description == "host/path@sha256:\(hex)")
        for text in ["host/path", "host/path@sha256:\(hex)0", "host/path@\(hex)", "host/path:1@sha256:\(hex)", "@"] {
            #expect(RegistryImage(text) == nil)
        }
    }
}
