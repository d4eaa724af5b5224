/// How a package is packed: BINPKG_FORMAT of make.conf(5).
package enum BinpkgFormat: String, Codable, Sendable, CaseIterable {
    /// GLEP 78: a tar of the packed metadata, the packed image and a Manifest with the digests of both.
    case gpkg
    /// xpak(5): the packed image, and behind it the metadata.
    case xpak

    /// Of a file's name with FEATURES=binpkg-multi-instance.
    package var ending: String {
        switch self {
        case .gpkg: ".gpkg.tar"
        case .xpak: ".xpak"
        }
    }

    /// Only a gpkg has a place for signatures.
    package var canBeSigned: Bool { self == .gpkg }

    /// By the ending of a file's name or path; nil when it is no package's.
    package init?(ofPath path: some StringProtocol) {
        guard let format = Self.allCases.first(where: { path.hasSuffix($0.ending) }) else { return nil }
        self = format
    }
}

/// Where FEATURES=binpkg-multi-instance puts a package below PKGDIR or a binhost, such as
/// `dev-libs/expat/expat-2.5.0-r1-4.gpkg.tar` (`_allocate_filename_multi` in Portage's dbapi/bintree.py).
package struct BinpkgPath: Equatable, Sendable, CustomStringConvertible {
    /// No farm builds one package that often; what is beyond is nobody's number in earnest, and is kept away from counting on.
    package static let largestBuildID = 1_000_000_000

    package var cpv: CPV
    package var buildID: Int
    package var format: BinpkgFormat

    package init(_ cpv: CPV, buildID: Int, format: BinpkgFormat) {
        self.cpv = cpv
        self.buildID = buildID
        self.format = format
    }

    /// nil when no package belongs there.
    package init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let format = BinpkgFormat(ofPath: path) else { return nil }
        let stem = parts[2].dropLast(format.ending.count)
        guard let hyphen = stem.lastIndex(of: "-"), let buildID = Int(stem[stem.index(after: hyphen)...]),
            let cpv = try? CPV("\(parts[0])/\(stem[..<hyphen])")
        else { return nil }
        self.init(cpv, buildID: buildID, format: format)
        guard description == path else { return nil }
    }

    package var description: String { "\(cpv.cp)/\(cpv.pf)-\(buildID)\(format.ending)" }
}
