package import Binpkgs
internal import Crypto
package import Shared
package import SystemPackage

/// A package of a binhost with what it needs to run.
package struct RuntimePackage: Hashable, Sendable {
    package let cpv: CPV
    package let slot: String
    package let subslot: String
    /// Flags that are on.
    package let use: Set<String>
    /// All flags that the ebuild has, without defaults.
    package let iuse: Set<String>
    package let repository: String
    /// RDEPEND and PDEPEND; what only installing needs (IDEPEND) is not needed to run.
    package let dependencies: DependencyExpression
    package let provides: [Soname]
    package let requires: [Soname]
    /// Below the binhost.
    package let path: String
    /// Bytes of its file.
    package let size: Int64
    /// SHA-256 or, where the index has none, SHA-1 of its file, in lower-case hexadecimal.
    package let digest: String
    package let buildID: Int
    /// Seconds since 1970.
    package let buildTime: Int64
    /// Whether it wants to run something once it is installed.
    package let hasPostinst: Bool

    /// - Throws: `DependencyError` when its dependencies are none; nil when it is no package's entry.
    package init?(_ entry: PackagesIndex.Entry) throws(DependencyError) {
        let digest = (entry.sha256.isEmpty ? entry["SHA1"] : entry.sha256).lowercased()
        guard let cpv = try? CPV(entry.cpv), BinpkgFormat(ofPath: entry.path) != nil, entry.size > 0,
            [Self.sha1Length, Self.sha256Length].contains(digest.utf8.count)
        else { return nil }
        self.cpv = cpv
        let slots = entry["SLOT"].split(separator: "/", maxSplits: 1).map(String.init)
        slot = slots.first ?? "0"
        subslot = slots.count > 1 ? slots[1] : slot
        let use = Set(entry["USE"].split(separator: " ").map(String.init))
        self.use = use
        iuse = BinpkgMetadata.flags(ofIUSE: entry["IUSE"])
        repository = entry["repository"]
        dependencies = try DependencyExpression("\(entry["RDEPEND"]) \(entry["PDEPEND"])").evaluated(use: use)
        provides = Soname.list(entry["PROVIDES"])
        requires = Soname.list(entry["REQUIRES"])
        path = entry.path
        size = entry.size
        self.digest = digest
        buildID = entry.buildID
        buildTime = Int64(entry["BUILD_TIME"]) ?? 0
        hasPostinst = entry["DEFINED_PHASES"].split(separator: " ").contains("postinst")
    }

    /// Hexadecimal digits.
    private static let (sha1Length, sha256Length) = (40, 64)

    /// Whether it is what an atom in a dependency of another package means.
    /// - Parameter flags: of that other package that are on, for what depends on them.
    func fulfils(_ atom: AtomPattern, flags: Set<String>) -> Bool {
        guard atom.matches(cpv), atom.slot.map({ $0 == slot }) ?? true, atom.subslot.map({ $0 == subslot }) ?? true,
            atom.repository.map({ $0 == repository }) ?? true
        else { return false }
        return atom.flags.allSatisfy { flag in
            let isOn = iuse.contains(flag.name) ? use.contains(flag.name) : flag.otherwise ?? false
            return flag.wanted(flags).map { $0 == isOn } ?? true
        }
    }
}

extension AtomPattern.Flag {
    /// What it has to be; nil when either will do (PMS 8.3.4).
    /// - Parameter flags: of the package that has the dependency.
    fileprivate func wanted(_ flags: Set<String>) -> Bool? {
        switch condition {
        case nil: isOn
        case .equals: flags.contains(name) == isOn
        case .implies: flags.contains(name) == isOn ? isOn : nil
        }
    }
}

extension RuntimePackage {
    /// Whether this is the file that the index means, by its size and its digest. Blocks.
    package func isFile(at path: FilePath) throws -> Bool {
        guard try FileStatus.size(of: path) == size else { return false }
        return try digest.utf8.count == Self.sha256Length
            ? ContentHasher.blob(of: path).digest.hex == digest : Self.sha1(of: path) == digest
    }

    private static func sha1(of path: FilePath) throws -> String {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var hasher = Insecure.SHA1()
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            while case let count = try file.read(into: buffer), count > 0 {
                hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return hasher.finalize().hexadecimal
        }
    }
}
