import Shared
import SystemPackage

extension Binhost {
    /// Gives a file of another directory a second name at the same place below this one, in the place of what is there.
    /// - Returns: the directories that have new names in them: they are not yet on the disk.
    func link(_ path: String, from source: FilePath) throws(BinhostError) -> [FilePath] {
        let file = source.appending(path)
        let target = directory.appending(path)
        let wanted = try FileOperations.status(of: file)
        if let there = try FileOperations.status(of: target), there.inode == wanted?.inode,
            there.device == wanted?.device
        {
            return []
        }
        let parent = target.removingLastComponent()
        let made = try FileOperations.makeUnsettledDirectories(parent)
        // By rename: what is at its place may be a copy, and may be on its way to a client.
        let beside = directory.appending(Self.temporaryName).appending("linked")
        try FileOperations.makeDirectories(beside.removingLastComponent())
        try FileOperations.remove(beside)
        do {
            try FileOperations.link(file, to: beside)
        } catch .system(_, _, .improperLink) {
            throw .filesElsewhere(binhost: directory.string, source: source.string)
        }
        try FileOperations.rename(beside, to: target)
        return [parent] + made
    }
}
