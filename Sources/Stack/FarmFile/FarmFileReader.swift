internal import Shared
package import SystemPackage

/// Reads `farm.yaml`, the package sets that it names, and what counts more than it.
package struct FarmFileReader {
    /// What counts more than the file.
    package struct Overrides: Sendable {
        /// `name=value`, as `--set` takes them.
        package var commandLine: [String]
        package var environment: [String: String]

        package init(commandLine: [String] = [], environment: [String: String] = [:]) {
            self.commandLine = commandLine
            self.environment = environment
        }
    }

    var reader = SourceReader()
    private let file: String
    let directory: FilePath
    var scalars: [SettingName: (text: String, place: Place)] = [:]

    /// Where a value stands.
    struct Place {
        let name: String
        let source: SettingSource
    }

    private enum Key: String, CaseIterable {
        case name, platform, type, stage3, portage, profile, cflags, jobs, publish, signing, coverage
        case policies, limits, upstreams, overlays, sets, base, locales, bootstrap, subjects, types, env, config
        case makeConf = "make.conf"
    }

    /// - Parameter path: the farm file; what it names by relative paths is relative to its directory.
    /// - Throws: `StackFaults`, with all that is wrong.
    package static func read(_ path: FilePath, _ overrides: Overrides = Overrides()) throws(StackFaults) -> FarmFile {
        let file = path.lastComponent?.string ?? path.string
        var reader = FarmFileReader(file: file, directory: path.removingLastComponent())
        do throws(StackFault) {
            return try reader.take(try SourceNode.load(path, named: file), overrides)
        } catch {
            throw StackFaults(faults: reader.reader.faults.isEmpty ? [error] : reader.reader.faults)
        }
    }

    private init(file: String, directory: FilePath) {
        self.file = file
        self.directory = directory
    }

    private mutating func take(_ root: SourceNode?, _ overrides: Overrides) throws(StackFault) -> FarmFile {
        var nodes: [Key: SourceNode] = [:]
        if let root {
            for (key, value) in reader.pairs(root, of: "a farm file", remedy: "begin it with `name: NAME`") {
                guard let known = key.text.flatMap(Key.init) else {
                    let names = Key.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                    reader.fault(key.origin, "'\(key.text ?? "")' is not known of a farm", remedy: "known are \(names)")
                    continue
                }
                nodes[known] = value
                if let setting = SettingName(rawValue: known.rawValue) { takeScalar(setting, value) }
            }
        }
        for group in [Key.policies, .limits] { if let node = nodes[group] { takeGroup(group, node) } }
        take(overrides)
        let name = self.name()
        let types = nodes[.types].map { self.types($0) } ?? []
        let type = value(.type, default: "opt") { text in
            let known = (types + FarmFile.BuildType.standard).map(\.name)
            return known.contains(text)
                ? .success(text) : .failure(.init("known are \(known.joined(separator: ", ")); `types` adds others"))
        }
        let platform = value(.platform, default: Platform.amd64) { text in
            let known = Platform.allCases.map(\.rawValue).joined(separator: ", ")
            return Platform(rawValue: text).map { .success($0) } ?? .failure(.init("known are \(known)"))
        }
        var farm = FarmFile(
            name: name, platform: platform, type: type, stage3: optional(.stage3, Self.image),
            portage: optional(.portage, Self.image), profile: optional(.profile, Self.line),
            cflags: optional(.cflags, Self.shellText), jobs: optional(.jobs, Self.jobs),
            publish: optional(.publish, Self.line), policies: policies(),
            signing: value(.signing, default: nil, Self.fingerprint), coverage: coverage(), limits: limits())
        farm.types = types
        farm.upstreams = nodes[.upstreams].map { upstreams($0) } ?? []
        farm.overlays = nodes[.overlays].map { overlays($0) } ?? []
        farm.makeConf = nodes[.makeConf].map { makeConf($0) } ?? []
        farm.environments = nodes[.env].map { environments($0) } ?? []
        farm.configuration = nodes[.config].map { configuration($0) } ?? []
        let sets = nodes[.sets].map { self.sets($0) } ?? []
        farm.sets = sets ?? []
        if let node = nodes[.base] {
            farm.base = Setting(value: setNames(node, of: "base", among: sets), source: .file(node.origin))
        }
        if let node = nodes[.locales] { farm.locales = Setting(value: locales(node), source: .file(node.origin)) }
        farm.bootstrap = nodes[.bootstrap].map { bootstrap($0) } ?? []
        farm.subjects = nodes[.subjects].map { subjects($0, of: sets) } ?? []
        checkFarmNames(of: farm)
        checkEnvironments(of: farm)
        checkConfiguration(of: farm)
        if let fault = reader.faults.first { throw fault }
        return farm
    }

    // MARK: What counts more

    private mutating func takeScalar(_ name: SettingName, _ node: SourceNode) {
        let text = node.items == nil ? reader.text(node, of: name.rawValue) : words(node, name)
        if let text { scalars[name] = (text, Place(name: node.origin.description, source: .file(node.origin))) }
    }

    private mutating func words(_ node: SourceNode, _ name: SettingName) -> String? {
        guard name == .licenses else {
            reader.fault(node.origin, "\(name.rawValue) is one value", remedy: "write it behind the colon")
            return nil
        }
        return reader.words(node, of: name.key).map(\.word).joined(separator: " ")
    }

    private mutating func takeGroup(_ group: Key, _ node: SourceNode) {
        let known = SettingName.allCases.filter { $0.group == group.rawValue }
        let names = known.map(\.key).sorted().joined(separator: ", ")
        for (key, value) in reader.pairs(node, of: group.rawValue, remedy: "known are \(names)") {
            guard let name = known.first(where: { $0.key == key.text }) else {
                let what = group == .policies ? "policy" : "limit"
                reader.fault(key.origin, "'\(key.text ?? "")' is no \(what)", remedy: "known are \(names)")
                continue
            }
            takeScalar(name, value)
        }
    }

    private mutating func take(_ overrides: Overrides) {
        let byVariable = Dictionary(uniqueKeysWithValues: SettingName.allCases.map { ($0.variable, $0) })
        for (variable, text) in overrides.environment.sorted(by: { $0.key < $1.key }) {
            guard let name = byVariable[variable] else { continue }
            scalars[name] = (text, Place(name: "$\(variable)", source: .environment(variable)))
        }
        for option in overrides.commandLine {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let written = "--set \(option)"
            guard parts.count == 2, let name = SettingName(rawValue: parts[0]) else {
                let names = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
                reader.add(StackFault(written, "sets nothing", remedy: "write NAME=VALUE; known are \(names)"))
                continue
            }
            scalars[name] = (parts[1], Place(name: written, source: .commandLine(written)))
        }
    }

    // MARK: Sets

    /// nil when there is something wrong with them.
    private mutating func sets(_ node: SourceNode) -> [PackageSet]? {
        let files = reader.names(node, of: "files of package sets")
        do throws(StackFaults) {
            return try PackageSetReader.read(files.map { (directory.pushing(FilePath($0.name)), $0.name) })
        } catch {
            for fault in error.faults { reader.add(fault) }
            return nil
        }
    }

    private mutating func subjects(_ node: SourceNode, of sets: [PackageSet]?) -> [FarmFile.Subject] {
        reader.pairs(node, of: "subjects", remedy: "name the sets of each image: `analysis: [sci-soft, python]`")
            .compactMap { key, value in
                guard let name = key.text, KeyName.isValid(name) else {
                    reader.fault(
                        key.origin, "'\(key.text ?? "")' is no name for an image",
                        remedy: "use letters, digits, '.', '_' and '-', at most 64")
                    return nil
                }
                let names = setNames(value, of: "sets of \(name)", among: sets)
                return FarmFile.Subject(name: name, sets: names, origin: key.origin)
            }
    }

    /// Each subject has a farm of its own.
    private mutating func checkFarmNames(of farm: FarmFile) {
        for subject in farm.subjects where !farm.name.value.isEmpty {
            if let problem = FarmName.problem(farm.farmName(of: subject)) {
                reader.fault(subject.origin, problem, remedy: "give the subject a shorter name")
            }
        }
    }

    private mutating func setNames(_ node: SourceNode, of what: String, among sets: [PackageSet]?) -> [String] {
        let words = reader.words(node, of: what)
        let known = sets?.map(\.name)
        for (word, origin) in words where known?.contains(word) == false {
            reader.fault(
                origin, "there is no set '\(word)'",
                remedy: known?.isEmpty == false
                    ? "the files of `sets` have \(known?.joined(separator: ", ") ?? "none")"
                    : "name the files that have it: `sets: [FILE]`")
        }
        return words.map(\.word)
    }

    private mutating func configuration(_ node: SourceNode) -> [ConfigurationFile] {
        reader.names(node, of: "directories of config").flatMap { word, _ -> [ConfigurationFile] in
            do throws(StackFault) {
                return try ConfigurationFile.read(directory.pushing(FilePath(word)), named: word)
            } catch {
                reader.add(error)
                return []
            }
        }
    }

    /// One file would take the other's place.
    private mutating func checkConfiguration(of farm: FarmFile) {
        var sources: [String: String] = [:]
        for set in farm.sets {
            var tree = PortageTree()
            tree.add(set)
            for path in tree.files.keys { sources[path] = "the set \(set.name)" }
        }
        for file in farm.environments { sources["env/\(file.name)"] = file.origin.description }
        for file in farm.configuration {
            // A file where others need a directory, or the other way round, is in the way too.
            let other =
                sources.updateValue(file.source, forKey: file.path)
                ?? sources.first { $0.key.hasPrefix(file.path + "/") || file.path.hasPrefix($0.key + "/") }?.value
            if let other {
                reader.add(
                    StackFault(
                        file.source, "would take the place of what \(other) makes of \(file.path)",
                        remedy: "give the file another name"))
            }
        }
    }

    /// A package whose env file is not there is built without it, and Portage only warns.
    private mutating func checkEnvironments(of farm: FarmFile) {
        let byHand = farm.configuration.map(\.path).filter { $0.hasPrefix("env/") }.map { String($0.dropFirst(4)) }
        let known = Set(farm.environments.map(\.name) + StandardEnvironments.all.map(\.name) + byHand)
        let entries = farm.sets.flatMap(\.entries).flatMap { [$0] + $0.dependencies }
        for word in entries.flatMap(\.env) where !known.contains(word.text) {
            reader.fault(
                word.origin, "there is no env file '\(word.text)'",
                remedy: "describe it in `env` of the farm file; there are \(known.sorted().joined(separator: ", "))")
        }
    }
}
