/// The variables with which the programs of an image run, of the files in its `/etc/env.d`, as `env-update` makes them of
/// those (env_update.py of Portage): the rest comes from files of packages that nothing has run yet.
package struct RunEnvironment: Hashable, Sendable {
    /// By name.
    package private(set) var variables: [String: String] = [:]
    /// Directories with shared libraries, LDPATH.
    package private(set) var libraryPath: [String] = []

    /// `colon_separated` and `space_separated` there.
    private static let lists = [
        ":": [
            "ADA_INCLUDE_PATH", "ADA_OBJECTS_PATH", "CLASSPATH", "INFODIR", "INFOPATH", "KDEDIRS", "LDPATH", "MANPATH",
            "PATH", "PKG_CONFIG_PATH", "PRELINK_PATH", "PRELINK_PATH_MASK", "PYTHONPATH", "ROOTPATH", "XDG_CONFIG_DIRS",
            "XDG_DATA_DIRS",
        ],
        " ": ["CONFIG_PROTECT", "CONFIG_PROTECT_MASK"],
    ]
    /// What says of other variables that they are lists.
    private static let announcers = [("COLON_SEPARATED", ":"), ("SPACE_SEPARATED", " ")]

    /// - Parameters:
    ///   - files: contents by names; those of names that do not begin with two digits do not count.
    ///   - libraries: directories that hold what is linked to, also where no file names them: those of the compiler are
    ///     named by what runs once it is installed, and not every base's loader looks into `/usr/lib64`.
    package init(_ files: [String: String], libraries: [String] = []) {
        let read = files.filter { Self.counts($0.key) }.sorted { $0.key < $1.key }.map { Self.assignments($0.value) }
        var separators: [String: String] = [:]
        for (separator, names) in Self.lists { for name in names { separators[name] = separator } }
        for values in read {
            for (announcer, separator) in Self.announcers {
                for name in (values[announcer] ?? "").split(separator: " ") { separators[String(name)] = separator }
            }
        }
        for values in read {
            for (name, value) in values where !Self.announcers.contains(where: { $0.0 == name }) {
                guard let separator = separators[name], let before = variables[name] else {
                    variables[name] = value
                    continue
                }
                variables[name] = Self.join(before, value, separator)
            }
        }
        let named = variables.removeValue(forKey: "LDPATH") ?? ""
        libraryPath = Self.join(named, libraries.joined(separator: ":"), ":").split(separator: ":").map(String.init)
    }

    private static func counts(_ name: String) -> Bool {
        name.utf8.prefix(2).allSatisfy { (48...57).contains($0) } && name.utf8.count > 2 && !name.hasSuffix("~")
            && !name.hasSuffix(".bak")
    }

    /// Each once, the first place counts.
    static func join(_ first: String, _ second: String, _ separator: String) -> String {
        var seen: Set<Substring> = []
        let parts = first.split(separator: separator) + second.split(separator: separator)
        return parts.filter { seen.insert($0).inserted }.joined(separator: separator)
    }

    /// `NAME=value`, with or without quotes; other lines say nothing.
    private static func assignments(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.drop(while: \.isWhitespace)
            if line.hasPrefix("export ") { line = line.dropFirst("export ".count) }
            guard let equals = line.firstIndex(of: "=") else { continue }
            let name = line[..<equals]
            guard let first = name.first, first.isLetter || first == "_",
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else { continue }
            var value = line[line.index(after: equals)...]
            while value.last?.isWhitespace == true { value.removeLast() }
            for quote in ["\"", "'"] where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
                value = value.dropFirst().dropLast()
                break
            }
            values[String(name)] = String(value)
        }
        return values
    }
}
