import Core
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("The farms' distfiles")
struct DistfileStoreTests {
    private let temporary: TemporaryDirectory
    private let directory: FilePath
    private let catalogue = BlobCatalogue()
    private let bytes = Array("the source".utf8)

    init() throws {
        temporary = try TemporaryDirectory()
        directory = temporary.path.appending("distfiles")
    }

    private var digest: BLAKE2bDigest { BLAKE2b.digest(bytes) }
    private var distfile: Distfile {
        get throws {
            try #require(Distfile(name: "a-1.tar", size: Int64(bytes.count), digest: digest))
        }
    }

    private func store() throws -> DistfileStore { try DistfileStore(directory: directory, catalogue: catalogue) }

    @Test func `What was taken is there in the next life too, and can be asked for by its SHA-256`() throws {
        let staged = temporary.path.appending("staged")
        try AtomicFile.write(bytes, to: staged)
        let blob = try ContentHasher.blob(of: staged)
        try store().add(digest, blob, staged: staged)
        #expect(!FileStatus.exists(staged))

        let fresh = BlobCatalogue()
        let store = try DistfileStore(directory: directory, catalogue: fresh)
        #expect(store.blob(digest) == blob)
        #expect(try fresh.path(of: blob.digest).map { try ContentHasher.blob(of: $0) } == blob)
    }

    @Test func `A file that a person has put there is taken, and stays theirs`() throws {
        let store = try store()
        #expect(try store.takeByHand(distfile) == nil)
        #expect(store.blob(digest) == nil)
        let place = store.byHand.appending("a-1.tar")
        try AtomicFile.write(bytes, to: place)
        #expect(try store.held([distfile]).digests == [digest])
        #expect(store.blob(digest)?.size == Int64(bytes.count))
        #expect(FileStatus.exists(place))
    }

    @Test(arguments: ["too short", "a source 2"])
    func `Another file under that name is not taken, and told`(content: String) throws {
        let store = try store()
        try AtomicFile.write(Array(content.utf8), to: store.byHand.appending("a-1.tar"))
        let held = try store.held([distfile])
        #expect(held.digests.isEmpty)
        #expect(held.faults[digest]?.contains("by-hand/a-1.tar has not the") == true)
        #expect(try Directory.names(in: directory) == ["by-hand", "incoming"], "nothing is left of a copy")
        #expect(try !store.isByHand(distfile), "it is not read again until it is another file")
    }

    @Test func `What an interrupted copy left is gone, and what is none of its files stays`() throws {
        _ = try store()
        try AtomicFile.write(bytes, to: directory.appending(".unfinished.1"))
        try AtomicFile.write(bytes, to: directory.appending("README"))
        let store = try store()
        #expect(try Directory.names(in: directory) == ["README", "by-hand", "incoming"])
        #expect(store.blob(digest) == nil)
    }

    @Test func `One attempt fetches a file; another when the first has ended without it`() {
        var fetches = DistfileFetches()
        let attempts = (1...3).map {
            AttemptID(job: JobID(run: RunID(rawValue: 1), index: $0), fence: Fence(rawValue: UInt64($0)))
        }
        var live = Set(attempts)
        #expect(fetches.mayFetch(digest, attempts[0]) { live.contains($0) })
        #expect(!fetches.mayFetch(digest, attempts[1]) { live.contains($0) })
        #expect(fetches.mayFetch(digest, attempts[0]) { live.contains($0) }, "it asks again")
        live.remove(attempts[0])
        #expect(fetches.mayFetch(digest, attempts[1]) { live.contains($0) })
        #expect(!fetches.mayFetch(digest, attempts[2]) { live.contains($0) })
        fetches.ended(digest)
        #expect(fetches.mayFetch(digest, attempts[2]) { live.contains($0) })
    }

    @Test func `A file received as a distfile has to have both digests`() throws {
        let staging = try Staging(directory: temporary.path.appending("staging"), reserve: 0)
        let blob = Blob(digest: ContentHasher.digest(bytes), size: Int64(bytes.count))
        for wanted in [digest, BLAKE2b.digest([0])] {
            var file = try staging.receive(blob, distfile: wanted)
            try bytes.withUnsafeBytes { try file.append($0) }
            let isRight = try file.finish()
            #expect(isRight == (wanted == digest))
            staging.remove(blob.digest)
        }
    }
}
