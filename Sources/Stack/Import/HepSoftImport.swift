internal import Shared
package import SystemPackage

/// What a farm file can take over from a checkout of HEP-Soft (https://github.com/CrankOne/hep-soft): its Makefile's variables,
/// its package sets and its `root.*.d` trees.
package struct HepSoftImport: Sendable {
    /// An overlay that is a git submodule.
    package struct Submodule: Sendable, Equatable {
        package var path: String
        package var url: String
        package var commit: String

        package init(path: String, url: String, commit: String) {
            self.path = path
            self.url = url
            self.commit = commit
        }
    }

    /// Something that has no place in a farm file.
    package struct Remainder: Sendable, Equatable {
        package var what: String
        /// Where it belongs now, or what to do with it.
        package var advice: String
    }

    /// `farm.yaml`, to be put into the checkout.
    package private(set) var farmFile = ""
    package private(set) var remainders: [Remainder] = []

    /// - Parameters:
    ///   - directory: the checkout's.
    ///   - submodules: as git knows them.
    /// - Throws: `StackFault` when it is no such checkout.
    package init(_ directory: FilePath, submodules: [Submodule]) throws(StackFault) {
        let text: String
        do throws(ConfigurationError) { text = try StrictYAML.text(of: directory.appending("Makefile")) } catch {
            throw StackFault("Makefile", error.problem, remedy: "name the directory of a checkout of HEP-Soft")
        }
        let variables = MakefileVariables(text)
        let known = HepSoftVariable.all.filter { variables[$0.name] != nil }
        guard !known.isEmpty else {
            throw StackFault(
                "Makefile", "has none of HEP-Soft's variables", remedy: "name the directory of a checkout of HEP-Soft")
        }
        let name = directory.lastComponent?.string ?? "hep-soft"
        var lines = [
            "# Written by farmctl import hep-soft: from here on it is yours.",
            "name: \(KeyName.isValid(name) ? name : "hep-soft")",
        ]
        for variable in known {
            guard let key = variable.key else {
                remainders.append(Remainder(what: "Makefile: \(variable.name)", advice: variable.advice))
                continue
            }
            if let value = variables.value(variable.name), !value.isEmpty {
                lines.append("\(key): \(Self.quoted(value))  # \(variable.name)")
            } else if let written = variables[variable.name]?.text, !written.isEmpty {
                remainders.append(
                    Remainder(
                        what: "Makefile: \(variable.name)=\(written)",
                        advice: "\(variable.advice); make computes this one"))
            }
        }
        lines += sets(of: directory) + trees(of: directory) + overlays(submodules, of: directory)
        farmFile = lines.map { $0 + "\n" }.joined()
    }

    private func sets(of directory: FilePath) -> [String] {
        let files = Self.names(in: directory.appending("presets")).filter {
            $0.hasPrefix("spec-") && $0.hasSuffix(".yaml")
        }
        return files.isEmpty ? [] : ["sets:"] + files.map { "    - \(Self.quoted("presets/\($0)"))" }
    }

    /// What lies below `etc/portage` is configuration; all else would have to be in the image.
    private mutating func trees(of directory: FilePath) -> [String] {
        var found: [String] = []
        for tree in Self.names(in: directory) where tree.hasPrefix("root.") && tree.hasSuffix(".d") {
            let portage = "\(tree)/etc/portage"
            if FileStatus.isDirectory(directory.pushing(FilePath(portage))) { found.append(portage) }
            for file in others(in: directory.appending(tree), "\(tree)/", depth: 0) {
                remainders.append(
                    Remainder(what: file, advice: "it is no configuration of Portage: put it into the image's stage3"))
            }
            for file in Self.names(in: directory.pushing(FilePath("\(portage)/package.use")))
            where file.contains("workaround") {
                remainders.append(
                    Remainder(
                        what: "\(portage)/package.use/\(file)",
                        advice:
                            "it seems to be for the bootstrap alone, which removed it: it stays in force now; remove it if so"
                    ))
            }
        }
        return found.isEmpty ? [] : ["config:"] + found.map { "    - \(Self.quoted($0))" }
    }

    private func others(in directory: FilePath, _ prefix: String, depth: Int) -> [String] {
        guard depth < 8 else { return [] }
        return Self.names(in: directory).flatMap { name -> [String] in
            let path = prefix + name
            // Repositories are overlays.
            if path.hasSuffix("/etc/portage") || path.hasSuffix("/var/db/repos") { return [] }
            let place = directory.appending(name)
            return FileStatus.isDirectory(place) ? others(in: place, path + "/", depth: depth + 1) : [path]
        }
    }

    private mutating func overlays(_ submodules: [Submodule], of directory: FilePath) -> [String] {
        var lines: [String] = []
        for tree in Self.names(in: directory) where tree.hasPrefix("root.") && tree.hasSuffix(".d") {
            let repositories = "\(tree)/var/db/repos"
            for name in Self.names(in: directory.pushing(FilePath(repositories))) {
                let path = "\(repositories)/\(name)"
                if let submodule = submodules.first(where: { $0.path == path }) {
                    lines.append(
                        "    \(Self.quoted(name)): {git: \(Self.quoted(submodule.url)), commit: \(Self.quoted(submodule.commit))}"
                    )
                } else if !Self.names(in: directory.pushing(FilePath(path))).isEmpty {
                    lines.append("    \(Self.quoted(name)): {path: \(Self.quoted(path))}")
                } else {
                    remainders.append(
                        Remainder(what: path, advice: "nothing is there: clone the overlay, and name it in `overlays`"))
                }
            }
        }
        return lines.isEmpty ? [] : ["overlays:"] + lines
    }

    private static func names(in directory: FilePath) -> [String] {
        ((try? Directory.names(in: directory)) ?? []).filter { !$0.hasPrefix(".") }
    }

    /// In single quotes, in which YAML takes all as it is.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
