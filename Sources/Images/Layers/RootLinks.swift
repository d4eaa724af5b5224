/// Directories of an image that are links: what packages have there belongs where they lead, or the link would be lost under
/// a directory of its name.
struct RootLinks: Sendable {
    /// Below the root, without a slash in front, to where each leads.
    private let links: [[UInt8]: [UInt8]]

    /// A path that leads through more goes in circles.
    private static let most = 40
    private static let slash = UInt8(ascii: "/")

    init(_ links: [String: String]) {
        self.links = Dictionary(links.map { (Array($0.key.utf8), Array($0.value.utf8)) }, uniquingKeysWith: { $1 })
    }

    func isLink(_ path: [UInt8]) -> Bool { links[path] != nil }

    /// Where a path leads.
    func resolved(_ path: [UInt8]) -> [UInt8] {
        guard !links.isEmpty else { return path }
        var path = path
        for _ in 0..<Self.most {
            guard let (end, target) = firstLink(of: path) else { return path }
            path = target + path[end...]
        }
        return path
    }

    private func firstLink(of path: [UInt8]) -> (end: Int, target: [UInt8])? {
        for end in path.indices where path[end] == Self.slash {
            if let target = links[Array(path[..<end])] { return (end, target) }
        }
        return links[path].map { (path.count, $0) }
    }
}
