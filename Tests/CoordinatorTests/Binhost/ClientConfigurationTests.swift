import Testing

@testable import Coordinator

struct ClientConfigurationTests {
    @Test func `It names the farm, the address by which it was asked for, and whether packages are signed`() throws {
        let farm = try #require(ServedSite("amd64.opt"))
        #expect(
            ClientConfiguration(host: "head:8080", site: farm, isSigned: true).text == """
                # http://head:8080/amd64.opt/binrepos.conf
                [amd64.opt]
                sync-uri = http://head:8080/amd64.opt
                verify-signature = true

                """)
        let release = try #require(ServedSite("amd64.opt@2026.11"))
        #expect(
            ClientConfiguration(host: "[2001:db8::1]", site: release, isSigned: false).text == """
                # http://[2001:db8::1]/amd64.opt@2026.11/binrepos.conf
                [amd64.opt]
                sync-uri = http://[2001:db8::1]/amd64.opt@2026.11
                verify-signature = false

                """)
    }

    @Test(arguments: [
        "head", "head:8080", "head.example.org", "a-b.example", "10.0.0.1:80", "[::1]", "[2001:DB8::1]:8080",
        "[::ffff:10.0.0.1]:1", "head:65535", "127.0.0.1:00080",
    ])
    func `Hosts as clients name them are taken`(host: String) {
        #expect(ClientConfiguration.host(host) == host)
    }

    @Test(arguments: [
        "", "head:", "head:0", "head:65536", "head:80:80", "head:x", ":80", "-head", ".", "he ad", "head\n[x]",
        "head\r\nx: y",
        "user@head", "head/x", "head?x", "head#x", "[::1", "::1", "[]", "[g::]", "[::1]x", "h\u{E9}ad", "head\u{0}",
        "[::1]:",
        "head:+80", String(repeating: "a", count: 256),
    ])
    func `What is none is not written into anybody's configuration`(host: String) {
        #expect(ClientConfiguration.host(host) == nil)
    }

    @Test func `No Host is none`() { #expect(ClientConfiguration.host(nil) == nil) }
}
