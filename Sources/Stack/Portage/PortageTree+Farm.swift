internal import Shared

extension PortageTree {
    /// All that a farm file means: make.conf, the files of env, and the configuration of these sets.
    /// - Parameter sets: of these names alone; nil: all.
    package init(_ farm: FarmFile, sets: [String]? = nil) {
        self.init()
        files["make.conf"] = Self.makeConf(of: farm)
        for (name, lines) in StandardEnvironments.all where !farm.environments.contains(where: { $0.name == name }) {
            files["env/\(name)"] = (["# Written by farmctl."] + lines).map { $0 + "\n" }.joined()
        }
        for file in farm.environments {
            files["env/\(file.name)"] = ([Self.heading([file.origin])] + file.variables.map(Self.assignment))
                .map { $0 + "\n" }.joined()
        }
        for file in farm.configuration { files[file.path] = file.text }
        for set in farm.sets where sets?.contains(set.name) ?? true { add(set) }
    }

    private static func makeConf(of farm: FarmFile) -> String {
        var lines = ["# Written by farmctl from the farm file of \(farm.name.value): change it there."]
        func add(_ name: String, _ value: String, _ source: SettingSource) {
            lines += ["# \(source)", assignment(name, value)]
        }
        add("COMMON_FLAGS", farm.flags.value, farm.flags.source)
        for name in ["CFLAGS", "CXXFLAGS", "FCFLAGS", "FFLAGS"] { lines.append(assignment(name, "${COMMON_FLAGS}")) }
        add("CHOST", farm.platform.value.host, farm.platform.source)
        if let jobs = farm.jobs {
            add("MAKEOPTS", "-j\(jobs.value)", jobs.source)
            add("EMERGE_DEFAULT_OPTS", "--jobs=\(jobs.value) --load-average=\(jobs.value)", jobs.source)
        }
        if !farm.features.value.isEmpty {
            add("FEATURES", farm.features.value.joined(separator: " "), farm.features.source)
        }
        if farm.policies.tests.value { add("FEATURES", "${FEATURES} test", farm.policies.tests.source) }
        if let licenses = farm.policies.licenses {
            // Others would be added to what the profile accepts, which is nearly all.
            add(
                "ACCEPT_LICENSE", (["-*"] + licenses.value.filter { $0 != "-*" }).joined(separator: " "),
                licenses.source)
        }
        for variable in farm.makeConf {
            // A later assignment takes the place of an earlier one, also of those that add up over files.
            let value = variable.name == "FEATURES" ? "${FEATURES} \(variable.value)" : variable.value
            add(variable.name, value, .file(variable.origin))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func assignment(_ variable: FarmFile.Variable) -> String {
        assignment(variable.name, variable.value)
    }

    private static func assignment(_ name: String, _ value: String) -> String {
        "\(name)=\"\(value.replacing("\"", with: "\\\""))\""
    }
}
