internal import Shared
package import SystemPackage

/// Reads package sets: `set: {atom: {use: […], accept_keywords: […], license: […], mask: […], env: […], deps: {…}}}`.
package struct PackageSetReader {
    private var reader = SourceReader()
    /// In the order in which they were met.
    private var sets: [PackageSet] = []

    private enum Key: String, CaseIterable {
        case use, license, mask, env, deps
        case acceptKeywords = "accept_keywords"
    }

    /// - Parameter files: the path, and how it is named to people.
    /// - Throws: `StackFaults`, with all that is wrong in all of them.
    package static func read(_ files: [(path: FilePath, name: String)]) throws(StackFaults) -> [PackageSet] {
        var reader = PackageSetReader()
        for file in files {
            do throws(StackFault) {
                guard let root = try SourceNode.load(file.path, named: file.name) else { continue }
                reader.take(root)
            } catch {
                reader.reader.add(error)
            }
        }
        return try reader.finish()
    }

    /// As it stands in one file.
    package static func read(_ text: String, named file: String) throws(StackFaults) -> [PackageSet] {
        var reader = PackageSetReader()
        do throws(StackFault) {
            if let root = try SourceNode.parse(text, named: file) { reader.take(root) }
        } catch {
            reader.reader.add(error)
        }
        return try reader.finish()
    }

    private func finish() throws(StackFaults) -> [PackageSet] {
        guard reader.faults.isEmpty else { throw StackFaults(faults: reader.faults) }
        return sets
    }

    private mutating func take(_ root: SourceNode) {
        for (key, value) in reader.pairs(
            root, of: "a file of package sets", remedy: "begin it with the name of a set: `physics:`")
        {
            guard let name = key.text, SetWords.isSetName(name) else {
                reader.fault(
                    key.origin, "'\(key.text ?? "")' is no name for a set",
                    remedy: "use letters, digits, '_', '-' and '.', a letter or digit first")
                continue
            }
            if SetWords.isReservedSetName(name) {
                reader.fault(key.origin, "'\(name)' is a set of Portage's own", remedy: "give yours another name")
                continue
            }
            let entries = entries(value, of: "the set \(name)", areMembers: true)
            if let place = sets.firstIndex(where: { $0.name == name }) {
                sets[place].origins.append(key.origin)
                sets[place].entries += entries
            } else {
                sets.append(PackageSet(name: name, origins: [key.origin], entries: entries))
            }
        }
    }

    private mutating func entries(_ node: SourceNode, of what: String, areMembers: Bool) -> [PackageEntry] {
        reader.pairs(node, of: what, remedy: "name its packages, each with a colon: `dev-libs/expat: {}`")
            .compactMap { key, value in
                guard let atom = atom(key), areMembers ? canBeMember(atom, key) : canBeConfigured(atom, key) else {
                    return nil
                }
                return entry(atom, key.origin, value, mayHaveDependencies: areMembers)
            }
    }

    private mutating func entry(
        _ atom: PackageAtom, _ origin: Origin, _ node: SourceNode, mayHaveDependencies: Bool
    ) -> PackageEntry {
        var entry = PackageEntry(atom: atom, origin: origin)
        let known = Key.allCases.map(\.rawValue).filter { mayHaveDependencies || $0 != Key.deps.rawValue }
        let remedy =
            "known are \(known.sorted().joined(separator: ", ")); a package that needs none of them is `\(atom): {}`"
        for (key, value) in reader.pairs(node, of: "\(atom)", remedy: remedy) {
            guard let word = key.text.flatMap(Key.init), known.contains(word.rawValue) else {
                reader.fault(key.origin, "'\(key.text ?? "")' is not known of a package", remedy: remedy)
                continue
            }
            switch word {
            case .use: entry.use += flags(value)
            case .acceptKeywords: entry.acceptKeywords += words(value, "keywords", SetWords.keywordProblem)
            case .license: entry.license += words(value, "licenses", SetWords.licenseProblem)
            case .env: entry.env += environments(value)
            case .mask: entry.mask += masks(value)
            case .deps: entry.dependencies += entries(value, of: "deps of \(atom)", areMembers: false)
            }
        }
        return entry
    }

    /// In package.use, `VARIABLE:` counts for all that stands behind it: what has none comes first.
    private mutating func flags(_ node: SourceNode) -> [String] {
        let items = (node.items ?? [node]).map { words($0, "USE flags", SetWords.useFlagProblem) }
        let split = items.map { item in item.firstIndex { $0.hasSuffix(":") } ?? item.endIndex }
        return zip(items, split).flatMap { $0[..<$1] } + zip(items, split).flatMap { $0[$1...] }
    }

    private mutating func words(
        _ node: SourceNode, _ what: String, _ problem: (String) -> String?
    ) -> [String] {
        reader.words(node, of: what).compactMap { word, origin in
            guard let problem = problem(word) else { return word }
            reader.fault(origin, "'\(word)' is wrong among the \(what)", remedy: problem)
            return nil
        }
    }

    private mutating func environments(_ node: SourceNode) -> [PackageEntry.Word] {
        reader.words(node, of: "files of env").compactMap { word, origin in
            guard SetWords.isFileName(word) else {
                reader.fault(
                    origin, "'\(word)' is no file below /etc/portage/env",
                    remedy: "name the file alone, such as debugsyms.conf")
                return nil
            }
            return PackageEntry.Word(text: word, origin: origin)
        }
    }

    private mutating func masks(_ node: SourceNode) -> [PackageAtom] {
        reader.words(node, of: "atoms of mask").compactMap { word, origin in atom(word) { _ in origin } }
    }

    private mutating func atom(_ node: SourceNode) -> PackageAtom? {
        guard let text = node.text else {
            reader.fault(
                node.origin, "a package's atom is a word",
                remedy: "write it as dev-libs/expat or '>=dev-libs/expat-2.5'")
            return nil
        }
        return atom(text, at: node.origin)
    }

    private mutating func atom(_ text: String, at place: (Int) -> Origin) -> PackageAtom? {
        do throws(AtomError) {
            return try PackageAtom(text)
        } catch {
            reader.fault(
                place(error.column), "'\(text.oneLine(atMost: PackagePattern.longest))' is no atom: \(error.reason)",
                remedy: "write it as dev-libs/expat, '>=dev-libs/expat-2.5', dev-lang/swig:0 or dev-libs/expat::gentoo")
            return nil
        }
    }

    /// `package.use` and its kin take no such atoms.
    private mutating func canBeConfigured(_ atom: PackageAtom, _ node: SourceNode) -> Bool {
        guard !atom.blocker.isEmpty || !atom.pattern.flags.isEmpty else { return true }
        reader.fault(
            node.origin, "nothing can be said of '\(atom)'",
            remedy: "leave out '!' and what stands in brackets; flags stand in `use`")
        return false
    }

    /// emerge has to be able to install it.
    private mutating func canBeMember(_ atom: PackageAtom, _ node: SourceNode) -> Bool {
        let problem: String? =
            if !atom.blocker.isEmpty {
                "blocks a package, and wants none"
            } else if atom.pattern.hasWildcard {
                "is many packages"
            } else if !atom.pattern.flags.isEmpty {
                "has USE flags in brackets"
            } else {
                nil
            }
        guard let problem else { return true }
        reader.fault(
            node.origin, "'\(atom)' \(problem): it cannot be a member of a set",
            remedy: "name one package; its flags stand in `use`, what it needs in `deps`")
        return false
    }
}
