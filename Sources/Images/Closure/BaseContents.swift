package import Shared

/// What the image has on which an assembled one stands.
package struct BaseContents: Hashable, Sendable {
    /// Directories that are links, and where they lead, both below the root without a slash in front: `lib64` to `usr/lib64`.
    package var links: [String: String]
    /// Names of files that may be shared libraries.
    package var libraries: Set<String>
    package var packages: Set<CPV>
    /// What the user says that it has: `category/name`, or a library's name.
    package var claimed: Set<String>

    package init(
        links: [String: String] = [:], libraries: Set<String> = [], packages: Set<CPV> = [], claimed: Set<String> = []
    ) {
        self.links = links
        self.libraries = libraries
        self.packages = packages
        self.claimed = claimed
    }

    func has(_ atom: AtomPattern) -> Bool {
        packages.contains { atom.matches($0) } || claimed.contains("\(atom.category ?? "")/\(atom.name)")
    }

    func has(_ soname: Soname) -> Bool { libraries.contains(soname.name) || claimed.contains(soname.name) }
}
