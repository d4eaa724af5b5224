import Core
import Shared
import SwiftProtobuf
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Images that a farm makes for itself, from what farmctl sends to what the next run builds in.
struct FarmImageTests {
    private let farm: OneFarm
    private let context = Array("what goes into it".utf8)
    private let base = Array("what it stands on".utf8)

    init() throws { farm = try OneFarm(hasImage: false) }

    @Test func `Nothing is built before there is an image`() async throws {
        try await farm.with { dispatcher in
            let refusal = await #expect(throws: Refusal.self) {
                try await dispatcher.farm("x").request(targets: ["a/b"], submittedBy: "me")
            }
            #expect(refusal?.message == "the farm x has no image yet")
        }
    }

    @Test func `Files are asked for, come in pieces, and count once they are whole`() async throws {
        try await farm.with { dispatcher in
            let first = try await dispatcher.ask(context: context, base: base)
            #expect(first.run == 0 && !first.upToDate && first.wanted.count == 2 && first.digest.isEmpty)
            #expect(first.changed == ["stage3"])
            try await dispatcher.send(context)
            let second = try await dispatcher.ask(context: context, base: base)
            #expect(second.run == 0 && second.wanted.map(\.size) == [Int64(base.count)])
            try await dispatcher.send(base)
            let third = try await dispatcher.ask(context: context, base: base)
            #expect(third.run == 1 && third.wanted.isEmpty)
            let again = try await dispatcher.ask(context: context, base: base)
            #expect(again.run == 1, "one run makes it, however often it is asked for")
        }
    }

    @Test func `A piece that does not go on where the file is changes nothing, and a wrong digest is no file`()
        async throws
    {
        try await farm.with { dispatcher in
            let (uploads, shelf) = await (dispatcher.services.uploads, dispatcher.services.images)
            let blob = Blob(digest: ContentHasher.digest(context), size: Int64(context.count))
            let (head, tail) = (Array(context[..<5]), Array(context[5...]))
            var sizes: [Int64] = []
            // A piece from the middle, the first one twice, more than there is, and the rest.
            for (piece, offset) in [(tail, 5), (head, 0), (head, 0), (context, 5), (tail, 5)] as [([UInt8], Int64)] {
                sizes.append(try await uploads.append(piece, at: offset, of: blob).size)
            }
            #expect(sizes == [0, 5, 5, 5, blob.size])
            #expect(shelf.inputs.isComplete(blob))
            let wrong = Blob(digest: ContentHasher.digest([9]), size: 3)
            await #expect(throws: Refusal.self) { try await uploads.append([1, 2, 3], at: 0, of: wrong) }
            #expect(!shelf.inputs.isComplete(wrong))
        }
    }

    @Test func `What was made is the farm's, over restarts, until something that it is made of changes`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.begin(context: context, base: base)
            let image = try await dispatcher.bring(Array("an image".utf8), for: run)
            #expect(await dispatcher.image == image)
            #expect(await dispatcher.scheduler.durable.runs[run]?.record.state == .succeeded)
        }
        try await farm.with { dispatcher in
            let same = try await dispatcher.ask(context: context, base: base)
            #expect(same.upToDate && same.changed.isEmpty && same.run == 0)
            let other = try await dispatcher.ask(context: context, base: base, inputs: ["stage3": "2", "profile": "p"])
            #expect(!other.upToDate && other.changed == ["profile", "stage3"])
            #expect(other.run == 2, "what was sent before is still there")
        }
    }

    @Test func `A coordinator that died over the taking of an image takes it when it starts`() async throws {
        let run = RunID(rawValue: 1)
        let image = Blob(digest: ContentHasher.digest(Array("an image".utf8)), size: 8)
        try await farm.with { dispatcher in
            _ = try await dispatcher.begin(context: context, base: base)
            // Moved, and nothing of it in the database.
            try await dispatcher.move(Array("an image".utf8), image)
        }
        try await farm.with { dispatcher in
            try await dispatcher.take(image, for: run)
            #expect(await dispatcher.image == image)
        }
    }

    @Test func `Policies change without a new image`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.begin(context: context, base: base)
            _ = try await dispatcher.bring([1], for: run)
            #expect(await dispatcher.isAtomic == false)
            try await dispatcher.ask(context: context, base: base, policies: .with { $0.atomic = true })
            #expect(await dispatcher.isAtomic == true)
        }
        try await farm.with { dispatcher in
            #expect(await dispatcher.isAtomic == true, "after a restart, too")
        }
    }

    @Test func `The last images stay, older ones go with what they were made of`() async throws {
        try await farm.with { dispatcher in
            for number in 1...5 {
                let context = Array("context \(number)".utf8)
                let run = try await dispatcher.begin(
                    context: context, base: base, inputs: ["number": "\(number)"])
                _ = try await dispatcher.bring(Array("image \(number)".utf8), for: run)
            }
            let shelf = await dispatcher.services.images
            let there = (1...5).filter { number in
                shelf.has(Blob(digest: ContentHasher.digest(Array("image \(number)".utf8)), size: 7))
            }
            #expect(there == [3, 4, 5])
            #expect(try Directory.names(in: shelf.inputs.directory).count == 2, "of the present one")
        }
    }

    @Test func `An image run is not retried as if it built packages`() async throws {
        try await farm.with { dispatcher in
            let run = try await dispatcher.begin(context: context, base: base)
            await #expect(throws: Refusal.self) { try await dispatcher.retry(run) }
        }
    }

    @Test func `Nobody but an operator sends files or has images made`() async throws {
        try await farm.with { dispatcher in
            await #expect(throws: Refusal.self) {
                try await dispatcher.ask(context: context, base: base, role: .viewer)
            }
            await #expect(throws: Refusal.self) { try await dispatcher.upload(WireUploadRequest(), .viewer, 1) }
        }
    }
}

extension Client {
    fileprivate static let viewer = Client(role: .viewer)
}

extension Dispatcher {
    fileprivate var image: Blob? { farms["x"]?.image }
    fileprivate var isAtomic: Bool? { farms["x"]?.settings.isAtomic }

    fileprivate func move(_ bytes: [UInt8], _ image: Blob) throws {
        try stage(bytes)
        try services.images.keep(image, from: services.staging.path(of: image.digest))
    }

    fileprivate func retry(_ run: RunID) throws {
        _ = try submission(.with { $0.run = run.rawValue }, Client(role: .operator), scheduler)
    }
}
