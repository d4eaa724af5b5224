import Foundation
import SystemPackage

/// What a symbolic link says.
func linkTarget(_ path: FilePath) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
}

/// Puts a symbolic link in place of what is there.
func link(_ target: String, _ path: FilePath) throws {
    try FileManager.default.removeItem(atPath: path.string)
    try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
}
