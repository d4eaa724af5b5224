/// A value of a farm, and who said it.
package struct Setting<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value
    package let source: SettingSource
}

/// Where a value comes from; the later counts more.
package enum SettingSource: Sendable, Equatable, CustomStringConvertible {
    case builtIn
    case file(Origin)
    /// The variable's name.
    case environment(String)
    /// The option as it was written.
    case commandLine(String)

    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let origin): origin.lineDescription
        case .environment(let name): "$\(name)"
        case .commandLine(let option): option
        }
    }
}

/// Values of a farm that are one word or text, and can be said on the command line and in the environment, too.
package enum SettingName: String, CaseIterable, Sendable {
    case name, platform, type, stage3, portage, profile, cflags, jobs, publish, signing, coverage
    case atomic = "policies.atomic"
    case ccache = "policies.ccache"
    case tests = "policies.tests"
    case bindist = "policies.bindist"
    case licenses = "policies.licenses"
    case memory = "limits.memory"
    case processes = "limits.processes"
    case disk = "limits.disk"
    case timeout = "limits.timeout"
    case silence = "limits.silence"
    case log = "limits.log"

    /// `BINFARM_POLICIES_ATOMIC`
    package var variable: String {
        "BINFARM_" + rawValue.uppercased().replacing(".", with: "_")
    }

    /// The last part of the name, as it stands in the file.
    var key: String { rawValue.split(separator: ".").last.map(String.init) ?? rawValue }

    /// The first part of its name, where it has several: the key that it stands below.
    var group: String? { rawValue.contains(".") ? rawValue.split(separator: ".").first.map(String.init) : nil }
}
