import Binpkgs
import Shared

extension PackagesIndex.Entry {
    /// What is taken from the package's metadata: `_aux_cache_keys` in Portage's dbapi/bintree.py.
    ///
    /// The dependencies are taken as they are: Portage has evaluated their USE conditionals when it built the package
    /// (`_post_src_install_write_metadata` in package/ebuild/doebuild.py).
    static let metadataKeys = [
        "BDEPEND", "BUILD_ID", "BUILD_TIME", "CHOST", "DEFINED_PHASES", "DEPEND", "EAPI", "IDEPEND", "IUSE",
        "KEYWORDS",
        "LICENSE", "PDEPEND", "PROPERTIES", "PROVIDES", "RDEPEND", "REQUIRES", "RESTRICT", "SLOT", "USE",
        "USER_PATCHES", "repository",
    ]

    /// The entry of a package file.
    init(metadata: BinpkgMetadata, path: String, digests: FileDigests) {
        var values: [String: String] = [:]
        for key in Self.metadataKeys { values[key] = metadata[key] }
        values["CPV"] = metadata.cpv.description
        values["PATH"] = path
        values["SIZE"] = String(digests.size)
        values["_mtime_"] = String(digests.modificationTime)
        values["MD5"] = digests.md5
        values["SHA1"] = digests.sha1
        values["SHA256"] = digests.sha256.hex
        self.init(values: values)
    }

    /// Nil when the entry lacks something without which it is of no use.
    var published: PublishedPackage? {
        guard let cpv = try? CPV(cpv), !path.isEmpty, size >= 0, let sha256 = ContentDigest(hex: sha256) else {
            return nil
        }
        return PublishedPackage(
            cpv: cpv, slot: self["SLOT"].isEmpty ? "0" : self["SLOT"], repository: self["repository"],
            buildID: buildID, buildTime: Int64(self["BUILD_TIME"]) ?? 0, path: path, size: size, sha256: sha256,
            isSigned: !signedFrom.isEmpty,
            isRestricted: self["RESTRICT"].split(separator: " ").contains("bindist"))
    }
}
