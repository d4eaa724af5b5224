// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody builds it who does not measure.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "binfarm", path: "..")],
    targets: [
        .executableTarget(
            name: "zeromq-echo",
            dependencies: [.product(name: "ZeroMQ", package: "binfarm"), "CEcho"],
            path: "Sources/ZeroMQEcho"),
        .target(name: "CEcho", path: "Sources/CEcho"),
    ],
    swiftLanguageModes: [.v6]
)
