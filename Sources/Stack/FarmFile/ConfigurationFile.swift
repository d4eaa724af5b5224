internal import Shared
internal import SystemPackage

/// A file that a group keeps by hand, for a place below /etc/portage.
package struct ConfigurationFile: Sendable, Equatable {
    /// Below /etc/portage.
    package var path: String
    package var text: String
    /// As people know it.
    package var source: String

    /// What a directory of such files has; `make.conf` and `repos.conf` are the farm file's and the image's own.
    /// - Throws: `StackFault` when it cannot be read, or holds what is no configuration.
    static func read(_ directory: FilePath, named name: String) throws(StackFault) -> [ConfigurationFile] {
        var files: [ConfigurationFile] = []
        try read(directory, "", name, depth: 0, into: &files)
        return files.sorted { $0.path < $1.path }
    }

    /// portage(5) knows no deeper ones but below `profile` and `patches`.
    private static let deepest = 8
    private static let most = 10_000

    private static func read(
        _ directory: FilePath, _ prefix: String, _ name: String, depth: Int, into files: inout [ConfigurationFile]
    ) throws(StackFault) {
        let names: [String]
        do { names = try Directory.names(in: directory) } catch {
            throw StackFault(
                name, "cannot be read: \(error)", remedy: "check the path, which is relative to the farm file")
        }
        for entry in names where !entry.hasPrefix(".") && !entry.hasSuffix("~") {
            let (path, place) = (directory.appending(entry), prefix + entry)
            if prefix.isEmpty, ["make.conf", "repos.conf", "make.profile"].contains(entry) { continue }
            if FileStatus.isDirectory(path) {
                guard depth < deepest else {
                    throw StackFault(
                        "\(name)/\(place)", "lies too deep", remedy: "name the directory of /etc/portage itself")
                }
                try read(path, place + "/", name, depth: depth + 1, into: &files)
                continue
            }
            guard files.count < most else {
                throw StackFault(
                    name, "has more than \(most) files", remedy: "name the directory of /etc/portage itself")
            }
            let text: String
            do throws(ConfigurationError) { text = try StrictYAML.text(of: path) } catch {
                throw StackFault("\(name)/\(place)", error.problem, remedy: "take it out of \(name)")
            }
            guard !text.unicodeScalars.contains("\u{FFFD}") else {
                throw StackFault("\(name)/\(place)", "is no text in UTF-8", remedy: "convert it: iconv -t UTF-8")
            }
            files.append(ConfigurationFile(path: inDirectory(place), text: text, source: "\(name)/\(place)"))
        }
    }

    /// A file `package.use` becomes one in a directory of that name, where others are.
    private static func inDirectory(_ path: String) -> String {
        path.hasPrefix("package.") && !path.contains("/") ? "\(path)/local" : path
    }
}
