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
        let publish = Self.publish(variables)
        let upstreams = Self.upstreams(variables)
        if let publish { lines.append("publish: \(Self.quoted(publish))  # REMOTE_HOST, REMOTE_DIR") }
        for variable in known {
            if publish != nil, ["REMOTE_HOST", "REMOTE_DIR"].contains(variable.name) { continue }
            if !upstreams.isEmpty, variable.name == "PORTAGE_BINHOST" {
                // As before, but from now on somebody knows.
                remainders.append(
                    Remainder(
                        what: "the keys of \(upstreams.joined(separator: " "))",
                        advice:
                            "nobody looks at signatures, as before: name a file of public keys as `keys`"
                    ))
                continue
            }
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
        let others = variables.all.map(\.name).filter { name in !known.contains { $0.name == name } }
        remainders += Self.remainder(
            others.enumerated().map { $0.offset == 0 ? "Makefile: \($0.element)" : $0.element },
            "nothing reads them now; where a setting names one, its value is put in")
        lines += sets(of: directory) + trees(of: directory) + overlays(submodules, of: directory)
        if !upstreams.isEmpty {
            lines.append("upstreams:  # PORTAGE_BINHOST")
            lines += upstreams.map { "    - {binhost: \(Self.quoted($0)), keys: none}" }
        }
        remainders += Self.programs(of: directory)
        farmFile = lines.map { $0 + "\n" }.joined()
    }

    /// Where `make publish-pkgs` put packages, when that is all plain: rsync and ssh read more into other characters.
    private static func publish(_ variables: MakefileVariables) -> String? {
        guard let host = variables.value("REMOTE_HOST"), let place = variables.value("REMOTE_DIR"),
            host.wholeMatch(of: /(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*/) != nil,
            place.wholeMatch(of: /(?:\/+[A-Za-z0-9._+@-]+)+\/*/) != nil
        else { return nil }
        var directory = place[...]
        while directory.last == "/" { directory.removeLast() }
        return "\(host):\(directory)"
    }

    /// The binhosts that Portage was to take packages from; none when one of them is none that a farm file may name.
    private static func upstreams(_ variables: MakefileVariables) -> [String] {
        var addresses: [String] = []
        for word in (variables.value("PORTAGE_BINHOST") ?? "").split(whereSeparator: \.isWhitespace) {
            guard let address = BinhostAddress.normalised(String(word)), !BinhostAddress.isLocal(address) else {
                return []
            }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    private mutating func sets(of directory: FilePath) -> [String] {
        let presets = directory.appending("presets")
        let files = Self.names(in: presets).filter { $0.hasPrefix("spec-") && $0.hasSuffix(".yaml") }
        remainders += Self.remainder(
            Self.files(in: presets, "presets/").filter { path in !files.contains { path == "presets/\($0)" } },
            "package sets are presets/spec-*.yaml: name it in `sets` if it is one, else nothing reads it now")
        return files.isEmpty ? [] : ["sets:"] + files.map { "    - \(Self.quoted("presets/\($0)"))" }
    }

    /// What lies below `etc/portage` is configuration; all else would have to be in the image.
    private mutating func trees(of directory: FilePath) -> [String] {
        var found: [String] = []
        for tree in Self.names(in: directory) where tree.hasPrefix("root.") && tree.hasSuffix(".d") {
            let portage = "\(tree)/etc/portage"
            if FileStatus.isDirectory(directory.pushing(FilePath(portage))) { found.append(portage) }
            // Repositories are overlays.
            remainders += Self.remainder(
                Self.files(
                    in: directory.appending(tree), "\(tree)/", without: [portage, "\(tree)/var/db/repos"]),
                "it is no configuration of Portage: put it into the image's stage3")
            remainders += Self.generated(in: directory, portage)
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

    /// All but hidden ones; none of what is no directory.
    static func names(in directory: FilePath) -> [String] {
        ((try? Directory.names(in: directory)) ?? []).filter { !$0.hasPrefix(".") }
    }

    /// In single quotes, in which YAML takes all as it is.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
