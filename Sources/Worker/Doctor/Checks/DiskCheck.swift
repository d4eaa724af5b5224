internal import Shared
internal import SystemPackage

/// A file system and a directory on it.
struct DiskFacts: Sendable {
    enum Access: Sendable, Equatable {
        case writable
        /// Not there, and can be made.
        case absent
        case failed(String)
    }

    var directory: FilePath
    var access = Access.writable
    var kind = FileSystemKind.other
    /// Bytes.
    var free: Int64
    /// nil: the file system has no fixed number.
    var inodes: Int64?
    var forbidsPrograms = false
    /// Of the directory, or of the one above it that is there.
    var mountPoint = "/"
}

/// Kinds of file systems that make a difference here.
enum FileSystemKind: Sendable, Equatable {
    case memory, network(String), overlay, other

    /// - Parameter type: as the kernel names it.
    init(_ type: String) {
        self =
            switch type {
            case "tmpfs", "ramfs": .memory
            case "nfs", "nfs4", "lustre", "gpfs", "ceph", "afs", "cifs", "smb3", "9p": .network(type)
            case _ where type.hasPrefix("beegfs") || type == "fuse.sshfs" || type == "fuse.cvmfs": .network(type)
            case "overlay": .overlay
            default: .other
            }
    }
}

/// The worker's state directory and the engine's store.
enum DiskCheck {
    /// Bytes for each slot: a large package's work directory and its dependencies.
    static let forSlot: Int64 = 10 << 30
    /// Bytes for an image, its archive and distfiles.
    static let forAll: Int64 = 5 << 30
    /// Bytes below which hardly anything can be built.
    static let least: Int64 = 2 << 30
    static let inodesForSlot: Int64 = 200_000
    static let leastInodes: Int64 = 50_000

    static func findings(_ facts: DiskFacts, slots: Int32, user: String, configuration: FilePath) -> [Diagnosis] {
        let what = "state directory"
        let directory = ShellWord.quoted(facts.directory)
        var findings: [Diagnosis] = []
        switch facts.access {
        case .writable: break
        case .absent: findings.append(.ok(what, "\(facts.directory) is not there yet: the worker makes it"))
        case .failed(let reason):
            return [
                .problem(
                    what, "\(facts.directory) cannot be written: \(reason)",
                    mend: "sudo mkdir -p \(directory) && sudo chown \(ShellWord.quoted(user)) \(directory)")
            ]
        }
        if facts.forbidsPrograms {
            findings.append(
                .problem(
                    what, "\(facts.directory) is on a file system mounted noexec: nothing built there can be run",
                    mend: "mount -o remount,exec \(ShellWord.quoted(facts.mountPoint))"))
        }
        let move =
            "sed -i 's|^state:.*|state: /var/lib/binfarm/worker|' \(ShellWord.quoted(configuration))"
        switch facts.kind {
        case .memory:
            findings.append(
                .warning(
                    what, "\(facts.directory) is in memory (tmpfs): a reboot loses what is not yet delivered",
                    mend: move))
        case .network(let name):
            findings.append(
                .warning(
                    what, "\(facts.directory) is on a network file system (\(name)): slow, and no place for overlays",
                    mend: move))
        case .overlay, .other:
            if findings.isEmpty { findings.append(.ok(what, "\(facts.directory) can be written")) }
        }
        return findings
            + room("disk", facts, needed: forAll + forSlot * Int64(slots), inodes: inodesForSlot * Int64(slots))
    }

    /// - Parameter needed: bytes.
    static func room(_ what: String, _ facts: DiskFacts, needed: Int64, inodes: Int64) -> [Diagnosis] {
        let look = "du -xh --max-depth=2 \(ShellWord.quoted(facts.mountPoint)) | sort -h | tail"
        let space = "\(Size.text(facts.free)) free for \(facts.directory), \(Size.text(needed)) wanted"
        var findings: [Diagnosis] = []
        if facts.free < least {
            findings.append(.problem(what, space, mend: look))
        } else if facts.free < needed {
            findings.append(.warning(what, space, mend: look))
        } else {
            findings.append(.ok(what, space))
        }
        guard let free = facts.inodes else { return findings }
        let count = "\(free) inodes free for \(facts.directory), \(inodes) wanted"
        let lookAtCounts = look.replacing("du -xh", with: "du -x --inodes").replacing("sort -h", with: "sort -n")
        if free < leastInodes {
            findings.append(.problem("inodes", count, mend: lookAtCounts))
        } else if free < inodes {
            findings.append(.warning("inodes", count, mend: lookAtCounts))
        } else {
            findings.append(.ok("inodes", count))
        }
        return findings
    }
}
