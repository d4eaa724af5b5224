import Glibc
import Stack
import SystemPackage

/// The variables of the process.
enum Environment {
    /// Those that this program looks at.
    static var current: [String: String] {
        var values: [String: String] = [:]
        for name in ["BINFARM_CONFIG", "BINFARM_IMAGES", "HOME", "NO_COLOR", "PATH", "TERM", "XDG_DATA_HOME"] {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return values
    }

    /// Where what can be had again is kept.
    static var cache: FilePath {
        func value(_ name: String) -> FilePath? { getenv(name).map { FilePath(String(cString: $0)) } }
        let shared = value("XDG_CACHE_HOME") ?? value("HOME")?.appending(".cache") ?? "/var/tmp"
        return shared.appending("binfarm")
    }

    /// What may say something else than a farm file.
    static var farmSettings: [String: String] {
        var values: [String: String] = [:]
        for name in SettingName.allCases.map(\.variable) {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return values
    }
}

extension Terminal {
    /// Standard output as it is now; its size may change.
    static var current: Terminal { standardOutput(environment: Environment.current) }
}
