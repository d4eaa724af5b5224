@testable import Binpkgs
@testable import Images
@testable import Shared

/// A binhost that is described by its packages alone.
struct Packages {
    private(set) var entries: [PackagesIndex.Entry] = []

    /// - Parameter more: other values of its entry.
    mutating func add(_ cpv: String, size: Int = 1000, _ more: [String: String] = [:]) throws {
        let parsed = try CPV(cpv)
        let path = "\(parsed.cp)/\(parsed.pf)-1.gpkg.tar"
        let values = [
            "CPV": cpv, "PATH": path, "SIZE": "\(size)", "SHA256": ContentHasher.digest(Array(path.utf8)).hex,
            "BUILD_TIME": "1700000000",
        ]
        entries.append(PackagesIndex.Entry(values: values.merging(more) { $1 }, header: [:]))
    }

    var catalogue: Catalogue { Catalogue(PackagesIndex(entries: entries)) }

    func closure(
        of atoms: String..., over base: BaseContents = BaseContents()
    ) throws -> [String] {
        try RuntimeClosure(of: atoms.map { try PackageAtom($0) }, in: catalogue, over: base).packages.map(
            \.cpv.description)
    }
}
