import Foundation
import Stack
import SystemPackage

enum TestData {
    private static let checkout = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    static let hepSoftFarm = checkout.appending("examples/hep-soft")
    /// What its sets mean, written by another program: Python's YAML reader and twenty lines.
    static let hepSoftPortage = checkout.appending("Tests/Data/hep-soft/portage")

    static func text(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

    /// The package sets that a group of physicists keeps.
    static func hepSoft() throws -> [PackageSet] {
        try PackageSetReader.read(
            ["spec-binfarm.yaml", "spec-hepsoft.yaml"].map { (hepSoftFarm.appending("presets").appending($0), $0) })
    }
}
