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
    /// - Returns: what answers.
    @discardableResult
    func image(_ request: WireImageRequest, _ client: Client, _ number: UInt64) -> Task<Void, Never> {
        Task {
            await answer(client, number) { message in
                message.image = try await self.answer(to: request, client)
            }
        }
    }

    func answer(to request: WireImageRequest, _ client: Client) async throws -> WireImageAnswer {
        try demandOperator(client, to: "make images")
        let policies = try request.policies.domain()
        let configuration = try buildingConfiguration(of: request.farm)
        try demandPossible(policies, for: configuration)
        let keys = wantedKeys(of: policies)
        guard keys.isEmpty || request.onlyAsk else { return .with { $0.wanted = keys.map(\.wire) } }
        try await tryKeys(of: policies, for: configuration, keeps: !request.onlyAsk)
        let isNew = farms[request.farm] == nil
        // Not before all is there that its image is made of.
        if isNew, try order(request, policies)?.wanted.isEmpty == true { try await make(configuration, by: client) }
        // Other farms may have changed meanwhile.
        try demandPossible(policies, for: configuration)
        var answer = try begin(request, policies, client)
        if isNew, request.onlyAsk || answer.run > 0 {
            answer.notes = [note(onNew: request.farm, asksOnly: request.onlyAsk)]
        }
        guard answer.upToDate, answer.run == 0, let farm = farms[request.farm], let made = farm.made else {
            return answer
        }
        let before = made.recipe.policies
        guard policies != before else { return answer }
        if !request.onlyAsk { try await change(made, to: policies, of: request.farm) }
        answer.notes = farm.notes(on: policies, before: before, asksOnly: request.onlyAsk)
        return answer
    }

    /// Of a farm whose image is made here; there may be none of that name yet.
    private func buildingConfiguration(of name: String) throws -> FarmConfiguration {
        guard let known = farms[name]?.configuration else { return try configuration(ofNew: name) }
        guard known.image == nil else {
            throw Refusal(
                .invalid, "the coordinator's configuration says which image \(name) has",
                "leave `image` of this farm out of coordinator.yaml, and it has the one that is made here")
        }
        return known
    }

    /// - Parameter client: an operator.
    private func begin(
        _ request: WireImageRequest, _ policies: FarmPolicies, _ client: Client
    ) throws -> WireImageAnswer {
        let (inputs, farm) = (try inputs(of: request).inputs, farms[request.farm])
        var answer = WireImageAnswer()
        answer.digest = farm?.image?.digest.hex ?? ""
        let changed = FarmImage.changes(from: farm?.made?.recipe.inputs ?? [:], to: inputs)
        answer.changed = Array(changed.prefix(Self.changesShown))
        answer.changedTotal = Int32(changed.count)
        answer.upToDate = farm?.image != nil && changed.isEmpty
        let other = openImageRun(of: request.farm)
        if let other, other.recipe.policies != policies {
            // What came with it would count when it is made, and this be forgotten.
            throw Refusal(
                .unavailable,
                "run \(other.run) makes an image for \(request.farm), and the farm file said otherwise then",
                "wait for its end, or: farmctl cancel \(other.run)")
        }
        if let other, other.recipe.inputs == inputs {
            answer.run = other.run.rawValue
            return answer
        }
        guard !answer.upToDate || request.force, let order = try order(request, policies) else { return answer }
        if let other {
            throw Refusal(
                .unavailable, "run \(other.run) makes an image of something else for \(request.farm)",
                "wait for its end, or: farmctl cancel \(other.run)")
        }
        answer.wanted = order.wanted.map(\.wire)
        guard order.wanted.isEmpty, let farm else { return answer }
        let id = takeRunNumber()
        feed(.runSubmitted(id, farm.request(making: order.recipe, on: order.base, submittedBy: client.name)))
        answer.run = id.rawValue
        return answer
    }

    /// An image that is to be made.
    private struct Order {
        let recipe: ImageRecipe
        /// What it stands on.
        let base: Blob
        /// Files that are still to be sent.
        let wanted: [Blob]
    }

    /// nil when somebody only asks how the image stands.
    private func order(_ request: WireImageRequest, _ policies: FarmPolicies) throws -> Order? {
        guard request.hasContext, !request.onlyAsk else { return nil }
        let (inputs, below) = try inputs(of: request)
        let parts = try parts(of: request)
        guard let base = below ?? (try? request.base.domain()) else {
            throw Refusal(.invalid, "the image stands on nothing", "the farm file names one as `stage3`")
        }
        let recipe = ImageRecipe(
            context: parts[0], snapshot: request.hasSnapshot ? try? request.snapshot.domain() : nil, inputs: inputs,
            policies: policies)
        return Order(
            recipe: recipe, base: base, wanted: parts.filter { !services.images.inputs.isComplete($0) })
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
        guard request.below != request.farm, let image = farms[request.below]?.image else {
            throw Refusal(
                .unavailable, "\(request.below.oneLine(atMost: 100)) has no image that another could stand on",
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

    private func openImageRun(of farm: String) -> (run: RunID, recipe: ImageRecipe)? {
        for (id, run) in scheduler.durable.runs where !run.record.state.isEnd && run.record.request.farm == farm {
            if let recipe = run.record.request.recipe { return (id, recipe) }
        }
        return nil
    }

    // MARK: Made

    /// Takes an image over that a worker brought; from then on it is the farm's. May be asked for again after a restart.
    func keepImage(_ archive: Blob, of run: RunID, _ request: RunRequest, _ recipe: ImageRecipe) {
        let image = FarmImage(run: run, archive: archive, recipe: recipe, below: request.image)
        let earlier = imageWork
        let work = Task {
            defer { plannings[run] = nil }
            await earlier?.value
            // Its end has the old ones removed.
            await keep(image, of: request.farm)
        }
        imageWork = work
        plannings[run] = work
    }

    private func keep(_ image: FarmImage, of farm: String) async {
        guard isWanted(image) else { return }
        do {
            try services.images.keep(image.archive, from: services.staging.path(of: image.archive.digest))
            try await persist(image, of: farm)
        } catch {
            guard isWanted(image) else { return }
            return feed(
                .planningFailed(
                    image.run, Failure(.outOfDisk, "the coordinator cannot keep the image: \(error)")))
        }
        guard isWanted(image) else { return }
        let file = services.images.path(of: image.archive.digest)
        services.catalogue.register(image.archive.digest, at: file)
        // Its first builds are most likely near.
        await services.registry?.offer(image.archive.digest, at: file)
        guard isWanted(image) else { return }
        take(image, for: farm)
        logger.notice(
            "image made",
            metadata: ["farm": "\(farm)", "run": "\(image.run)", "epoch": "\(image.archive.digest.short)"])
        feed(.planned(image.run, Plan(jobs: [])))
    }

    /// The images that the farms have when the coordinator starts.
    func offerImages() {
        guard let registry = services.registry else { return }
        for image in Set(farms.values.compactMap(\.image?.digest)) {
            guard let file = services.catalogue.path(of: image) else { continue }
            Task { await registry.offer(image, at: file) }
        }
    }

    /// Hours of work are in it: a disk that is full now is waited for, as all else that is committed waits for it.
    private func persist(_ image: FarmImage, of farm: String) async throws {
        while true {
            do {
                return try await services.store.save(image, of: farm)
            } catch  where Store.isPassing(error) {
                logger.error("an image cannot be noted", metadata: ["farm": "\(farm)", "error": "\(error)"])
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    /// Nobody has cancelled its run.
    private func isWanted(_ image: FarmImage) -> Bool {
        scheduler.durable.runs[image.run]?.record.state == .resolving
    }

    /// Removes what no farm and no run needs, when what is under way with images is done.
    func tidyImagesSoon() {
        let earlier = imageWork
        imageWork = Task {
            await earlier?.value
            do { try await tidyImages() } catch {
                logger.warning("old images were not removed", metadata: ["error": "\(error)"])
            }
        }
    }

    private func tidyImages() async throws {
        var made = try services.store.images()
        let gone = made.values.flatMap { images in
            // Of a run that was cancelled while its image was noted, too.
            images.dropFirst(Self.kept)
                + images.prefix(Self.kept).filter {
                    scheduler.durable.runs[$0.run].map { $0.record.state == .cancelled } ?? false
                }
        }.map(\.run)
        try await services.store.removeImages(of: gone)
        // From here on nothing is awaited: nobody can begin to count on what goes.
        made = made.mapValues { images in images.filter { !gone.contains($0.run) } }
        let open = scheduler.durable.runs.values.filter { !$0.record.state.isEnd }.map(\.record.request)
        let images = made.values.joined().map(\.archive.digest) + open.map(\.image.digest)
        // The next one is most likely made of the same stage3.
        let inputs =
            made.values.compactMap(\.first).flatMap { $0.inputs }
            + open.flatMap { request in [request.image] + (request.recipe?.inputBlobs ?? []) }
        try services.images.removeAll(exceptImages: Set(images), inputs: Set(inputs.map(\.digest)))
        try await services.registry?.forget(except: Set(images + farms.values.compactMap(\.image?.digest)))
        let policies = made.values.joined().map(\.recipe.policies) + open.compactMap(\.recipe?.policies)
        try services.opener.homes.upstreams.removeAll(except: Set(policies.flatMap(\.keyFiles).map(\.digest)))
    }
}

extension FarmImage {
    fileprivate var inputs: [Blob] { recipe.inputBlobs + [below] }
}

extension ImageRecipe {
    fileprivate var inputBlobs: [Blob] { [context] + (snapshot.map { [$0] } ?? []) }
}
