internal import Shared
internal import SystemPackage

/// What a host has, against what its configuration offers.
struct CapacityFacts: Sendable {
    var hostCores: Int32
    /// Bytes.
    var hostMemory: Int64
    var slots: Int32
    var cores: Int32?
    var memory: Int64?
    var configurationFile: FilePath
}

/// Cores and memory for the configured slots.
enum CapacityCheck {
    /// Bytes; what a compiler of C++ takes when it is at its largest.
    static let memoryForSlot: Int64 = 2 << 30

    static func findings(_ facts: CapacityFacts) -> [Diagnosis] { [cores(facts), memory(facts)] }

    private static func cores(_ facts: CapacityFacts) -> Diagnosis {
        let offered = facts.cores ?? facts.hostCores
        if offered > facts.hostCores {
            return .problem(
                "cores", "\(offered) are offered, the host has \(facts.hostCores)",
                mend: set("cores", "\(facts.hostCores)", facts))
        }
        if facts.slots > offered {
            return .warning(
                "cores", "\(facts.slots) slots share \(offered) cores: builds slow each other",
                mend: set("slots", "\(offered)", facts))
        }
        return .ok("cores", "\(offered) of \(facts.hostCores) for \(facts.slots) slots")
    }

    private static func memory(_ facts: CapacityFacts) -> Diagnosis {
        let offered = facts.memory ?? facts.hostMemory
        let host = Size.text(facts.hostMemory)
        if offered > facts.hostMemory {
            return .problem(
                "memory", "\(Size.text(offered)) are offered, the host has \(host)",
                mend: set("memory", "\(facts.hostMemory >> 20)MiB", facts))
        }
        if offered / Int64(max(1, facts.slots)) < memoryForSlot {
            let slots = max(1, offered / memoryForSlot)
            return .warning(
                "memory",
                "\(Size.text(offered)) for \(facts.slots) slots, less than \(Size.text(memoryForSlot)) for each",
                mend: slots < facts.slots ? set("slots", "\(slots)", facts) : nil)
        }
        return .ok("memory", "\(Size.text(offered)) of \(host) for \(facts.slots) slots")
    }

    private static func set(_ key: String, _ value: String, _ facts: CapacityFacts) -> String {
        let file = ShellWord.quoted(facts.configurationFile)
        return "sed -i '/^\(key):/d' \(file) && echo '\(key): \(value)' >> \(file)"
    }
}

/// Bytes for people.
enum Size {
    static func text(_ bytes: Int64) -> String {
        for (name, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
            let tenths = bytes / (1 << shift / 10)
            return tenths >= 100 || tenths % 10 == 0
                ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) bytes"
    }
}
