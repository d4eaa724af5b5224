import Shared

extension PackagesIndex {
    /// One package of the index.
    struct Entry: Equatable, Sendable {
        /// Values by Portage's inner names, without empty ones.
        let values: [String: String]

        init(values: [String: String]) {
            self.values = values.filter { !$0.value.isEmpty }
        }

        /// - Parameters:
        ///   - values: as the file has them.
        ///   - header: what is left out is taken from it.
        init(values: [String: String], header: [String: String]) {
            var values = values.merging(PackagesIndex.defaults) { own, _ in own }
            for key in PackagesIndex.inherited { values[key] = values[key] ?? header[key] }
            self.init(values: values)
        }

        /// Reads what `text` gave.
        init(text: ArraySlice<UInt8>, header: [String: String]) {
            var blocks = IndexBlocks(text)
            self.init(values: blocks.next()?.values ?? [:], header: header)
        }

        /// As it stands in a file with this header, with the empty line at its end.
        func text(header: [String: String]) -> [UInt8] {
            var values = values
            for (key, value) in PackagesIndex.defaults where values[key] == value { values[key] = nil }
            for key in PackagesIndex.inherited where values[key] == header[key] { values[key] = nil }
            var text: [UInt8] = []
            text.reserveCapacity(1024)
            PackagesIndex.write(values, to: &text)
            return text
        }

        subscript(key: String) -> String { values[key] ?? "" }

        var cpv: String { self["CPV"] }
        var path: String { self["PATH"] }
        var size: Int64 { Int64(self["SIZE"]) ?? -1 }
        var buildID: Int { Int(self["BUILD_ID"]) ?? 0 }
        /// A key of ours, not Portage's: clients drop what they do not know, and the coordinator finds its digests again.
        var sha256: String { self["SHA256"] }
        /// Another key of ours: the SHA-256 of the file as its worker built it, of a package that the coordinator signed.
        var signedFrom: String { self["SIGNED_FROM"] }
        /// The SHA-256 of the file as its worker built it.
        var source: String { signedFrom.isEmpty ? sha256 : signedFrom }

        /// The entry of the signed copy of a file.
        func signed(from source: ContentDigest) -> Entry {
            Entry(values: values.merging(["SIGNED_FROM": source.hex]) { $1 })
        }

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
}
