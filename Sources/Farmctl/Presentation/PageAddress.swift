/// Where a browser finds the coordinator's page, as seen from here.
enum PageAddress {
    /// - Parameters:
    ///   - served: `0.0.0.0:8080`, as the coordinator is configured.
    ///   - endpoint: `tcp://head:5550`, where it answers farmctl.
    /// - Returns: `http://head:8080/`; nil when one of them makes no sense, or only the coordinator's own host can reach it.
    static func of(_ served: String?, endpoint: String) -> String? {
        guard let served, let colon = served.lastIndex(of: ":"), let start = endpoint.firstRange(of: "://") else {
            return nil
        }
        var host = String(served[..<colon])
        // Of the coordinator's host alone.
        if host.hasPrefix("127.") || ["localhost", "::1", "[::1]"].contains(host), !endpoint.contains("://\(host):") {
            return nil
        }
        if ["0.0.0.0", "::", "[::]", "*"].contains(host) {
            guard let end = endpoint.lastIndex(of: ":"), end > start.upperBound else { return nil }
            host = String(endpoint[start.upperBound..<end])
        }
        if host.contains(":"), !host.hasPrefix("[") { host = "[\(host)]" }
        return "http://\(host)\(served[colon...])/"
    }
}
