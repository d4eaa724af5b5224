import Core
import Logging
import Shared
import SwiftProtobuf
import SystemPackage

/// Images that the farm makes for itself: a run without packages, whose only job brings the archive.
extension Dispatcher {
    private static let mostInputs = 20_000
    private static let longestInput = 4096
    private static let changesShown = 100
    /// Images of a farm that are kept: the present one, and those before it, for shells in builds of the past.
    private static let kept = 3

    // MARK: Asked for

    func upload(_ request: WireUploadRequest, _ client: Client, _ number: UInt64) throws {
        try demandOperator(client, to: "send files")
        guard let blob = try? request.blob.domain(), request.offset >= 0, request.data.count <= SocketSettings.chunk
        else {
            throw Refusal(.invalid, "this is no piece of a file", "install the same version of binfarm on both sides")
        }
        let data = [UInt8](request.data)
        Task {
            await answer(client, number) { [services] answer in
                let (size, isComplete) = try await services.uploads.append(data, at: request.offset, of: blob)
                answer.upload.size = size
                answer.upload.complete = isComplete
            }
        }
    }

    /// Begins to make an image, unless there is one of the same, or one is being made.
    func image(_ request: WireImageRequest, _ client: Client, _ number: UInt64) throws {
        let answer = try answer(to: request, client)
        let policies = request.policies.domain
        guard answer.upToDate, var made = farms[request.farm]?.made, made.recipe.policies != policies else {
            return send(
                .with {
                    $0.request = number
                    $0.image = answer
                }, to: client.peer)
        }
        // The same image, and another way to work with it.
        made.recipe.policies = policies
        Task { [made] in
            await self.answer(client, number) { message in
                try await self.change(made, of: request.farm)
                message.image = answer
            }
        }
    }

    private func change(_ image: FarmImage, of farm: String) async throws {
        try await services.store.save(image, of: farm)
        // Another one may have been made meanwhile.
        if farms[farm]?.made?.run == image.run { farms[farm]?.take(image) }
    }

    private func answer(to request: WireImageRequest, _ client: Client) throws -> WireImageAnswer {
        try demandOperator(client, to: "make images")
        let farm = try farm(request.farm)
        guard farm.configuration.image == nil else {
            throw Refusal(
                .invalid, "the coordinator's configuration says which image \(request.farm) has",
                "leave `image` of this farm out of coordinator.yaml, and it has the one that is made here")
        }
        let (inputs, below) = try inputs(of: request)
        var answer = WireImageAnswer()
        answer.digest = farm.image?.digest.hex ?? ""
        let changed = FarmImage.changes(from: farm.made?.recipe.inputs ?? [:], to: inputs)
        answer.changed = Array(changed.prefix(Self.changesShown))
        answer.changedTotal = Int32(changed.count)
        answer.upToDate = farm.image != nil && changed.isEmpty
        if let run = openImageRun(of: request.farm, inputs) {
            answer.run = run.rawValue
            return answer
        }
        guard !answer.upToDate || request.force, request.hasContext else { return answer }
        let parts = try parts(of: request)
        let wanted = parts.filter { !services.images.inputs.isComplete($0) }
        answer.wanted = wanted.map(\.wire)
        guard wanted.isEmpty else { return answer }
        guard let base = below ?? (try? request.base.domain()) else {
            throw Refusal(.invalid, "the image stands on nothing", "the farm file names one as `stage3`")
        }
        let recipe = ImageRecipe(
            context: parts[0], snapshot: request.hasSnapshot ? try? request.snapshot.domain() : nil, inputs: inputs,
            policies: request.policies.domain)
        let id = takeRunNumber()
        feed(.runSubmitted(id, farm.request(making: recipe, on: base, submittedBy: client.name)))
        answer.run = id.rawValue
        return answer
    }

    /// What decides whether the image has to be made again, and the image that it stands on when that is another farm's.
    private func inputs(of request: WireImageRequest) throws -> (inputs: [String: String], below: Blob?) {
        let isInBounds = { (text: String) in (1...Self.longestInput).contains(text.utf8.count) }
        guard (1...Self.mostInputs).contains(request.inputs.count),
            request.inputs.allSatisfy({ isInBounds($0.name) && isInBounds($0.value) })
        else {
            throw Refusal(
                .invalid, "what the image is made of is not said, or is too much",
                "at most \(Self.mostInputs) files, with names of at most \(Self.longestInput) bytes")
        }
        var inputs = Dictionary(request.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        guard !request.below.isEmpty else { return (inputs, nil) }
        guard request.below != request.farm, let image = try farm(request.below).image else {
            throw Refusal(
                .unavailable, "\(request.below) has no image that another could stand on",
                "make it first: farmctl image build binfarm")
        }
        inputs["image of \(request.below)"] = image.digest.hex
        return (inputs, image)
    }

    /// The files that it is made of, the context first.
    private func parts(of request: WireImageRequest) throws -> [Blob] {
        var parts = [request.context]
        if request.hasBase { parts.append(request.base) }
        if request.hasSnapshot { parts.append(request.snapshot) }
        do {
            return try parts.map { try $0.domain() }
        } catch {
            throw Refusal(
                .invalid, "what the image is made of is malformed: \(error)",
                "install the same version of binfarm on both sides")
        }
    }

    /// One that makes the same already.
    private func openImageRun(of farm: String, _ inputs: [String: String]) -> RunID? {
        scheduler.durable.runs.first { _, run in
            let request = run.record.request
            return !run.record.state.isEnd && request.farm == farm && request.recipe?.inputs == inputs
        }?.key
    }

    // MARK: Made

    /// Takes an image over that a worker brought; from then on it is the farm's.
    func keepImage(_ archive: Blob, of run: RunID, _ request: RunRequest, _ recipe: ImageRecipe) {
        let image = FarmImage(run: run, archive: archive, recipe: recipe, below: request.image)
        plannings[run] = Task {
            defer { plannings[run] = nil }
            do {
                try services.images.keep(archive, from: services.staging.path(of: archive.digest))
                try await services.store.save(image, of: request.farm)
            } catch {
                return feed(
                    .planningFailed(run, Failure(.outOfDisk, "the coordinator cannot keep the image: \(error)")))
            }
            services.catalogue.register(archive.digest, at: services.images.path(of: archive.digest))
            farms[request.farm]?.take(image)
            logger.notice(
                "image made",
                metadata: ["farm": "\(request.farm)", "run": "\(run)", "epoch": "\(archive.digest.short)"])
            feed(.planned(run, Plan(jobs: [])))
            await tidyImages()
        }
    }

    /// Removes images that are no farm's any more and that no run goes on with, and what they were made of.
    func tidyImages() async {
        do {
            let made = try services.store.images()
            let open = scheduler.durable.runs.values.filter { !$0.record.state.isEnd }.map(\.record.request)
            let kept = made.values.flatMap { $0.prefix(Self.kept) }
            let images = Set(kept.map(\.archive.digest) + open.map(\.image.digest))
            let gone = made.values.flatMap { $0.dropFirst(Self.kept) }.filter { !images.contains($0.archive.digest) }
            try await services.store.removeImages(of: gone.map(\.run))
            // The next one is most likely made of the same stage3.
            let present = made.values.compactMap(\.first)
            let inputs =
                present.flatMap { $0.inputs } + open.flatMap { $0.recipe.map { $0.inputBlobs } ?? [] + [$0.image] }
            try services.images.removeAll(exceptImages: images, inputs: Set(inputs.map(\.digest)))
        } catch {
            logger.warning("old images were not removed", metadata: ["error": "\(error)"])
        }
    }
}

extension FarmImage {
    fileprivate var inputs: [Blob] { recipe.inputBlobs + [below] }
}

extension ImageRecipe {
    fileprivate var inputBlobs: [Blob] { [context] + (snapshot.map { [$0] } ?? []) }
}

extension WireFarmPolicies {
    fileprivate var domain: FarmPolicies {
        FarmPolicies(atomic: atomic, ccache: ccache > 0 ? ccache : nil, bindist: bindist)
    }
}
