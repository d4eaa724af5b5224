import Testing

@testable import Farmctl

/// Where people are told to point their browser.
struct PageAddressTests {
    @Test(
        arguments: [
            ("0.0.0.0:8080", "tcp://head:5550", "http://head:8080/"),
            ("127.0.0.1:8080", "tcp://127.0.0.1:5550", "http://127.0.0.1:8080/"),
            ("10.1.2.3:80", "tcp://head:5550", "http://10.1.2.3:80/"),
            ("[::]:8080", "tcp://[fd00::1]:5550", "http://[fd00::1]:8080/"),
            ("fd00::2:8080", "tcp://head:5550", "http://[fd00::2]:8080/"),
        ])
    func `It is on the coordinator's host, unless another is configured`(
        served: String, endpoint: String, address: String
    ) {
        #expect(PageAddress.of(served, endpoint: endpoint) == address)
    }

    @Test(arguments: [
        (nil, "tcp://head:5550"), ("127.0.0.1:8080", "tcp://head:5550"), ("localhost:8080", "tcp://head:5550"),
        ("8080", "tcp://head:5550"), ("0.0.0.0:80", "head"), ("0.0.0.0:80", "tcp://"),
    ])
    func `Where nobody knows, nothing is said`(served: String?, endpoint: String) {
        #expect(PageAddress.of(served, endpoint: endpoint) == nil)
    }
}
