/// The `Packages` file of a binhost: a header and one entry for each package.
///
/// Reads and writes what Portage 3.0.83 does (`PackageIndex` in getbinpkg.py with the keys of dbapi/bintree.py), byte for
/// byte: entries sorted by CPV; keys sorted by their names inside Portage (so MTIME, there `_mtime_`, and REPO, there
/// `repository`, come last); values left out where they are empty, Portage's default, or the header's.
struct PackagesIndex: Equatable, Sendable {
    /// Header values by Portage's inner names. TIMESTAMP and PACKAGES are written from the fields below.
    var header: [String: String]
    /// Seconds since 1970 at which the index was last changed.
    var timestamp: Int64
    /// In the order they were added; the file is sorted.
    var entries: [Entry]

    init(header: [String: String] = [:], timestamp: Int64 = 0, entries: [Entry] = []) {
        self.header = header
        self.timestamp = timestamp
        self.entries = entries
    }

    /// Omitted from an entry when it has this value.
    static let defaults = ["EAPI": "0", "SLOT": "0"]
    /// Omitted from an entry when the header says the same.
    static let inherited = ["CHOST", "repository"]
    /// Portage's inner name of a key and what the file calls it.
    static let translated = [("DESCRIPTION", "DESC"), ("_mtime_", "MTIME"), ("repository", "REPO")]
    /// The version of the format.
    static let version = "0"
}
