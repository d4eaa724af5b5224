import Glibc
import Shared
import SystemPackage

/// A user of this host.
struct Account: Sendable, Equatable {
    let name: String
    let owner: FileOwner
    let home: FilePath

    /// nil: there is no such user.
    static func named(_ name: String) -> Account? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var space = [CChar](repeating: 0, count: 1 << 14)
        guard getpwnam_r(name, &entry, &space, space.count, &found) == 0, found != nil, let home = entry.pw_dir else {
            return nil
        }
        return Account(
            name: name, owner: FileOwner(user: entry.pw_uid, group: entry.pw_gid), home: FilePath(platformString: home))
    }

    /// Does something to files with the rights of this user and no others: in a home that is somebody else's, root would
    /// follow their links to anywhere.
    func acting<Result>(_ body: () throws -> Result) throws -> Result {
        guard owner.user != geteuid() else { return try body() }
        let (user, group) = (geteuid(), getegid())
        var before = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(before.count), &before)
        guard count >= 0, setgroups(1, [owner.group]) == 0 else { throw Errno(rawValue: errno) }
        defer { _ = setgroups(before.count, before) }
        guard setegid(owner.group) == 0 else { throw Errno(rawValue: errno) }
        defer { _ = setegid(group) }
        guard seteuid(owner.user) == 0 else { throw Errno(rawValue: errno) }
        defer { _ = seteuid(user) }
        return try body()
    }
}
