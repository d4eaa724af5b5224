internal import Shared

/// Parts that have parts.
extension FarmFileReader {
    mutating func overlays(_ node: SourceNode) -> [FarmFile.Overlay] {
        let form = "write it as `NAME: {path: DIRECTORY}` or `NAME: {git: URL, commit: 40 DIGITS}`"
        return reader.pairs(node, of: "overlays", remedy: form).compactMap { key, value in
            guard let name = key.text, SetWords.isRepositoryName(name), name != "gentoo" else {
                reader.fault(key.origin, "'\(key.text ?? "")' is no name of an overlay", remedy: form)
                return nil
            }
            var texts: [String: String] = [:]
            for (part, value) in reader.pairs(value, of: "the overlay \(name)", remedy: form) {
                guard let word = part.text, ["path", "git", "commit"].contains(word) else {
                    reader.fault(part.origin, "'\(part.text ?? "")' is not known of an overlay", remedy: form)
                    continue
                }
                texts[word] = reader.text(value, of: word)
            }
            switch (texts["path"], texts["git"], texts["commit"]) {
            case (let path?, nil, nil) where !path.isEmpty:
                return FarmFile.Overlay(name: name, place: .directory(path), origin: key.origin)
            case (nil, let url?, let commit):
                // A branch is another thing each day: the same farm file is to mean the same farm.
                guard let commit, commit.wholeMatch(of: /[0-9a-f]{40}|[0-9a-f]{64}/) != nil else {
                    reader.fault(
                        key.origin, "the overlay \(name) is at no commit",
                        remedy: "write all 40 digits of one, in quotes: `git ls-remote \(url)` lists them")
                    return nil
                }
                return FarmFile.Overlay(name: name, place: .git(url: url, commit: commit), origin: key.origin)
            default:
                reader.fault(key.origin, "the overlay \(name) has no place, or more than one", remedy: form)
                return nil
            }
        }
    }

    /// glibc's locale.gen(5): a locale and its character set.
    mutating func locales(_ node: SourceNode) -> [String] {
        reader.names(node, of: "locales").compactMap { name, origin in
            if name.wholeMatch(of: /[A-Za-z0-9_.@-]+ [A-Za-z0-9_-]+/) != nil { return name }
            if name.wholeMatch(of: /[A-Za-z0-9_]+\.UTF-8/) != nil { return "\(name) UTF-8" }
            reader.fault(
                origin, "'\(name.oneLine(atMost: 100))' is no locale",
                remedy: "write en_US.UTF-8, or `de_DE ISO-8859-1`")
            return nil
        }
    }

    mutating func bootstrap(_ node: SourceNode) -> [FarmFile.TemporaryFlags] {
        let form = "write it as `media-libs/freetype: [-harfbuzz]`"
        return reader.pairs(node, of: "bootstrap", remedy: form).compactMap { key, value in
            let atom: PackageAtom
            do throws(AtomError) { atom = try PackageAtom(key.text ?? "") } catch {
                reader.fault(
                    key.origin, "'\(key.text ?? "")' is no atom: at column \(error.column), \(error.reason)",
                    remedy: form)
                return nil
            }
            guard atom.blocker.isEmpty else {
                reader.fault(key.origin, "'\(atom)' blocks packages, and chooses none", remedy: form)
                return nil
            }
            let flags = reader.words(value, of: "USE flags of \(atom)")
            for (word, origin) in flags {
                // It says nothing of single flags.
                let problem = word == "-*" ? form : SetWords.useFlagProblem(word)
                if let problem { reader.fault(origin, "'\(word)' is no USE flag here", remedy: problem) }
            }
            guard !flags.isEmpty else {
                reader.fault(key.origin, "\(atom) has no temporary flags", remedy: form)
                return nil
            }
            return FarmFile.TemporaryFlags(atom: atom, use: flags.map(\.word), origin: key.origin)
        }
    }

    mutating func types(_ node: SourceNode) -> [FarmFile.BuildType] {
        let form = "write it as `NAME: {cflags: -O3 -pipe, features: [splitdebug]}`"
        return reader.pairs(node, of: "types", remedy: form).compactMap { key, value in
            guard let name = key.text, KeyName.isValid(name) else {
                reader.fault(key.origin, "'\(key.text ?? "")' is no name of a type", remedy: form)
                return nil
            }
            var type = FarmFile.BuildType(name: name, cflags: "", features: [], origin: key.origin)
            for (part, value) in reader.pairs(value, of: "the type \(name)", remedy: form) {
                switch part.text {
                case "cflags":
                    if let text = reader.text(value, of: "cflags"), isShellText(text, "cflags", value) {
                        type.cflags = text
                    }
                case "features":
                    type.features = reader.words(value, of: "features").compactMap { word, origin in
                        if word.wholeMatch(of: /-?[a-z][a-z0-9-]*/) != nil { return word }
                        reader.fault(origin, "'\(word)' is no word of FEATURES", remedy: "make.conf(5) lists them")
                        return nil
                    }
                default: reader.fault(part.origin, "'\(part.text ?? "")' is not known of a type", remedy: form)
                }
            }
            guard !type.cflags.isEmpty else {
                reader.fault(key.origin, "the type \(name) has no cflags", remedy: form)
                return nil
            }
            return type
        }
    }

    mutating func environments(_ node: SourceNode) -> [FarmFile.EnvironmentFile] {
        reader.pairs(node, of: "env", remedy: "write it as `FILE.conf: {NAME: value}`").compactMap { key, value in
            guard let name = key.text, SetWords.isFileName(name) else {
                reader.fault(
                    key.origin, "'\(key.text ?? "")' is no file below /etc/portage/env",
                    remedy: "name the file alone, such as debugsyms.conf")
                return nil
            }
            return FarmFile.EnvironmentFile(
                name: name, variables: variables(value, of: name), origin: key.origin)
        }
    }

    private mutating func isShellText(_ text: String, _ name: String, _ node: SourceNode) -> Bool {
        guard !text.isEmpty, case .failure(let fault) = Self.shellText(text) else { return true }
        reader.fault(node.origin, "'\(text.oneLine(atMost: 100))' is no value of \(name)", remedy: fault.remedy)
        return false
    }

    /// make.conf(5): what has a key of its own is said there.
    static let ownKeys = [
        "CHOST": "platform", "COMMON_FLAGS": "cflags", "MAKEOPTS": "jobs", "ACCEPT_LICENSE": "policies.licenses",
    ]

    mutating func makeConf(_ node: SourceNode) -> [FarmFile.Variable] {
        variables(node, of: "make.conf").filter { variable in
            guard let key = Self.ownKeys[variable.name] else { return true }
            reader.fault(variable.origin, "\(variable.name) has a key of its own", remedy: "write it as `\(key)`")
            return false
        }
    }

    mutating func variables(_ node: SourceNode, of what: String) -> [FarmFile.Variable] {
        reader.pairs(node, of: what, remedy: "write its variables as `NAME: value`").compactMap { key, value in
            guard let name = key.text, name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil,
                !["export", "source"].contains(name)
            else {
                reader.fault(
                    key.origin, "'\(key.text ?? "")' is no variable",
                    remedy: "use letters, digits and '_', no digit first")
                return nil
            }
            guard let text = value.isNothing ? "" : reader.text(value, of: name), isShellText(text, name, value) else {
                return nil
            }
            return FarmFile.Variable(name: name, value: text, origin: key.origin)
        }
    }
}
