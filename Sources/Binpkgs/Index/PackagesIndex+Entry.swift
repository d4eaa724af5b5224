package import Shared

extension PackagesIndex {
    /// One package of the index.
    package struct Entry: Equatable, Sendable {
        /// Values by Portage's inner names, without empty ones.
        package let values: [String: String]

        package init(values: [String: String]) {
            self.values = values.filter { !$0.value.isEmpty }
        }

        /// - Parameters:
        ///   - values: as the file has them.
        ///   - header: what is left out is taken from it.
        package init(values: [String: String], header: [String: String]) {
            var values = values.merging(PackagesIndex.defaults) { own, _ in own }
            for key in PackagesIndex.inherited { values[key] = values[key] ?? header[key] }
            self.init(values: values)
        }

        /// Reads what `text` gave.
        package init(text: ArraySlice<UInt8>, header: [String: String]) {
            var blocks = IndexBlocks(text)
            self.init(values: blocks.next()?.values ?? [:], header: header)
        }

        /// As it stands in a file with this header, with the empty line at its end.
        package func text(header: [String: String]) -> [UInt8] {
            var values = values
            for (key, value) in PackagesIndex.defaults where values[key] == value { values[key] = nil }
            for key in PackagesIndex.inherited where values[key] == header[key] { values[key] = nil }
            var text: [UInt8] = []
            text.reserveCapacity(1024)
            PackagesIndex.write(values, to: &text)
            return text
        }

        package subscript(key: String) -> String { values[key] ?? "" }

        package var cpv: String { self["CPV"] }
        package var path: String { self["PATH"] }
        package var size: Int64 { Int64(self["SIZE"]) ?? -1 }
        package var buildID: Int { Int(self["BUILD_ID"]) ?? 0 }
        /// A key of ours, not Portage's: clients drop what they do not know, and the coordinator finds its digests again.
        package var sha256: String { self["SHA256"] }
        /// Another key of ours: the SHA-256 of the file as its worker built it, of a package that the coordinator signed.
        package var signedFrom: String { self["SIGNED_FROM"] }
        /// The SHA-256 of the file as its worker built it.
        package var source: String { signedFrom.isEmpty ? sha256 : signedFrom }

        /// The entry of the signed copy of a file.
        package func signed(from source: ContentDigest) -> Entry {
            Entry(values: values.merging(["SIGNED_FROM": source.hex]) { $1 })
        }
    }
}
