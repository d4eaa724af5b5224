import Glibc
import Shared
import SystemPackage
import Testing

@testable import Worker

/// What a container leaves is taken only when it is a file of its own.
@Suite(.timeLimit(.minutes(1)))
struct ForeignFileTests {
    private let temporary: TemporaryDirectory
    private let directory: AttemptDirectory
    private let secret: FilePath

    init() throws {
        temporary = try TemporaryDirectory()
        directory = AttemptDirectory(path: temporary.path.appending("7"))
        try directory.create()
        secret = temporary.path.appending("secret")
        try AtomicFile.write([1, 2, 3], to: secret)
    }

    @Test func `A regular file becomes the result`() throws {
        let file = directory.output.appending("graph.json")
        try AtomicFile.write([4, 5], to: file)
        #expect(try directory.take(file) == Blob(digest: ContentHasher.digest([4, 5]), size: 2))
        #expect(try SmallFile.bytes(directory.result) == [4, 5])
        #expect(throws: Errno.noSuchFileOrDirectory) { try directory.take(file) }
    }

    @Test func `A link to a file of the host's is not followed`() throws {
        let file = directory.output.appending("graph.json")
        #expect(symlink(secret.string, file.string) == 0)
        #expect(throws: ForeignFileError.self) { try directory.take(file) }
        #expect(!FileStatus.exists(directory.result))
    }

    @Test func `A link in place of a directory is not followed`() throws {
        let folder = directory.packages.appending("dev-libs")
        #expect(symlink(temporary.path.string, folder.string) == 0)
        #expect(throws: ForeignFileError.self) { try directory.take(folder.appending("secret")) }
        #expect(throws: ForeignFileError.self) { try ForeignFile.checkDirectory(folder, below: directory.path) }
        #expect(FileStatus.exists(secret))
    }

    @Test func `A pipe that nobody writes holds nothing up`() throws {
        let usage = directory.output.appending("usage")
        #expect(mkfifo(usage.string, 0o600) == 0)
        #expect(directory.usage == CgroupUsage(""))
        #expect(throws: ForeignFileError.self) { try directory.take(usage) }
    }

    @Test func `A file beyond the limit is left`() throws {
        let file = directory.output.appending("graph.json")
        try AtomicFile.write([4, 5, 6], to: file)
        #expect(throws: Errno.fileTooLarge) { try directory.take(file, limit: 2) }
    }
}
