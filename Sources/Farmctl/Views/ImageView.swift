import Images

/// What is in an image.
struct ImageView: Report, Equatable {
    struct Layer: Codable, Equatable, Sendable {
        let digest: String
        /// Bytes, packed.
        let size: Int64
        /// Empty for the base's and for the one with settings.
        let packages: [String]
    }

    let name: String
    /// Of its manifest.
    let digest: String
    let created: String?
    let layers: [Layer]
    let environment: [String]

    init(_ image: StoredImage) {
        name = image.name
        digest = image.descriptor.digest
        created = image.configuration.created
        layers = image.manifest.layers.map { layer in
            let packages = layer.annotations?[ImageComposition.packagesKey] ?? ""
            return Layer(
                digest: layer.digest, size: layer.size, packages: packages.split(separator: " ").map(String.init))
        }
        environment = image.configuration.config?.Env ?? []
    }

    /// Bytes to be pulled by who has none of it.
    var size: Int64 { layers.reduce(0) { $0 + $1.size } }
    var packages: [String] { layers.flatMap(\.packages) }

    var summary: Line {
        "\(name, .strong): \(packages.count == 1 ? "1 package" : "\(packages.count) packages") in \(layers.count) layers, \(Quantity.size(size)), \(digest)"
    }

    func lines(width: Int?) -> [Line] {
        var table = Table([.init("SIZE", .right), .init("LAYER"), .init("PACKAGES", least: 20)])
        for layer in layers {
            let digest = layer.digest.drop { $0 != ":" }.dropFirst().prefix(12)
            let packages = layer.packages.joined(separator: " ")
            table.add(["\(Quantity.size(layer.size))", "\(String(digest))", "\(packages)"])
        }
        return [summary] + table.lines(width: width) + environment.map { "\($0)" }
    }
}

/// The images of a store.
struct ImagesView: Report, Equatable {
    struct Image: Codable, Equatable, Sendable {
        let name: String
        let digest: String
        let created: String?
        let packages: Int
        let layers: Int
        /// Bytes to be pulled by who has none of it.
        let size: Int64
    }

    let images: [Image]

    init(_ images: [StoredImage]) {
        self.images = images.map { image in
            let view = ImageView(image)
            return Image(
                name: view.name, digest: view.digest, created: view.created, packages: view.packages.count,
                layers: view.layers.count, size: view.size)
        }
    }

    func lines(width: Int?) -> [Line] {
        guard !images.isEmpty else { return ["no images; `farmctl image assemble` makes one"] }
        var table = Table([
            .init("NAME"), .init("PACKAGES", .right), .init("LAYERS", .right), .init("SIZE", .right),
            .init("CREATED", spare: 1), .init("DIGEST", spare: 2),
        ])
        for image in images {
            table.add([
                "\(image.name)", "\(image.packages)", "\(image.layers)", "\(Quantity.size(image.size))",
                "\(image.created ?? "")", "\(image.digest)",
            ])
        }
        return table.lines(width: width)
    }
}
