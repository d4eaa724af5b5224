import Foundation
import Stack
import SystemPackage

enum TestData {
    /// The checkout's `Tests`.
    static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
    static let directory = tests.appending("Data")

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: directory.appending(name).string, encoding: .utf8)
    }

    /// The package sets that a group of physicists keeps.
    static func hepSoft() throws -> [PackageSet] {
        try PackageSetReader.read(
            ["spec-binfarm.yaml", "spec-hepsoft.yaml"].map { (directory.appending("hep-soft").appending($0), $0) })
    }
}
