// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "binfarm",
    products: [
        .executable(name: "binfarm-coordinator", targets: ["CoordinatorProgram"]),
        .executable(name: "binfarm-worker", targets: ["WorkerProgram"]),
        .executable(name: "farmctl", targets: ["Farmctl"]),
        // libzmq in Swift terms; knows nothing of farms.
        .library(name: "ZeroMQ", targets: ["ZeroMQ"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CArchive"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CSodium"),
        .systemLibrary(name: "CZstd"),
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: strict),
        .target(
            name: "Shared",
            dependencies: [
                "CLinux", "CSodium", "ZeroMQ",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(name: "Core", dependencies: ["Shared"], swiftSettings: strict),
        // Binary packages and the index of a binhost, read whatever stands in them.
        .target(
            name: "Binpkgs",
            dependencies: [
                "CArchive", "Shared",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // Runtime images: what chosen packages need to run, in layers that images share.
        .target(
            name: "Images",
            dependencies: [
                "Binpkgs", "CArchive", "CZstd", "Shared",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // A group's stack: its farm file and package sets, and the /etc/portage that they mean.
        .target(
            name: "Stack",
            dependencies: [
                "Shared",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        // What farmctl prints as JSON and the coordinator's HTTP API answers.
        .target(name: "Documents", dependencies: ["Shared"], swiftSettings: strict),
        .target(
            name: "Coordinator",
            dependencies: [
                "Binpkgs", "CArchive", "Core", "CZstd", "Documents", "Shared", "WebFiles", "ZeroMQ",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict + [.define("FAULT_POINTS", .when(configuration: .debug))]),
        // The page, as part of the program: what is installed is one file.
        .target(
            name: "WebFiles", resources: [.embedInCode("Page"), .embedInCode("openapi.json")], swiftSettings: strict),
        // What makes a binfarm image: deploy/images/build-image uses the same files.
        .target(
            name: "ImageSteps", path: "deploy/images/binfarm", exclude: ["Containerfile"],
            resources: [
                .embedInCode("make"), .embedInCode("configure"), .embedInCode("finish"), .embedInCode("libexec"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "CoordinatorProgram",
            dependencies: [
                "Coordinator", "Shared",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        // Not products: `make bench` runs them.
        .target(
            name: "BenchmarkSupport",
            dependencies: [
                "Coordinator", "Core", "Shared",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "benchmarks/Support", swiftSettings: strict),
        .executableTarget(
            name: "TransferBenchmark",
            dependencies: [
                "BenchmarkSupport", "Coordinator", "Core", "Shared", "Worker", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "benchmarks/Transfer", swiftSettings: strict),
        .executableTarget(
            name: "DispatchBenchmark",
            dependencies: [
                "BenchmarkSupport", "Coordinator", "Core", "Shared", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "benchmarks/Dispatch", swiftSettings: strict),
        .executableTarget(
            name: "prepare-run",
            dependencies: [
                "BenchmarkSupport", "Coordinator", "Core", "Shared",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "benchmarks/Page", exclude: ["run", "measure.py"], swiftSettings: strict),
        // A coordinator as it is with workers and a binhost that are fake, for tests of the page.
        .executableTarget(
            name: "fake-farm",
            dependencies: [
                "BenchmarkSupport", "Coordinator", "Core", "Shared", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/FakeFarm", swiftSettings: strict),
        .executableTarget(
            name: "BinhostBenchmark", dependencies: ["Coordinator", "Shared"], path: "benchmarks/Binhost",
            exclude: ["pack"],
            swiftSettings: strict),
        .executableTarget(
            name: "PublishBenchmark",
            dependencies: [
                "Coordinator", "Shared",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "benchmarks/Publish", exclude: ["pack", "run", "beside_portage.py"], swiftSettings: strict),
        .executableTarget(
            name: "LayerBenchmark", dependencies: ["FaultSimulation", "Images", "Shared"], path: "benchmarks/Layers",
            swiftSettings: strict),
        .executableTarget(
            name: "MakespanBenchmark", dependencies: ["Core", "Shared"], path: "benchmarks/Makespan",
            swiftSettings: strict),
        .executableTarget(
            name: "PlanBenchmark", dependencies: ["Core", "Shared"], path: "benchmarks/Plan", swiftSettings: strict),
        .target(
            name: "Worker",
            dependencies: [
                "Shared", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "WorkerProgram",
            dependencies: [
                "Shared", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Farmctl",
            dependencies: [
                "Binpkgs", "Core", "Documents", "Images", "ImageSteps", "Shared", "Stack", "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Rainbow", package: "Rainbow"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: strict),
        .testTarget(
            name: "SharedTests",
            dependencies: [
                "Shared", "ZeroMQ",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StackTests",
            dependencies: [
                "FaultSimulation", "Shared", "Stack",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // Binary packages for tests, as Portage makes them and as it never would.
        .target(
            name: "BinpkgTesting",
            dependencies: [
                "Binpkgs", "Shared",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/BinpkgTesting", swiftSettings: strict),
        .testTarget(
            name: "BinpkgsTests",
            dependencies: [
                "BinpkgTesting", "Binpkgs", "FaultSimulation", "Shared",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ImagesTests",
            dependencies: [
                "BinpkgTesting", "Binpkgs", "FaultSimulation", "Images", "Shared",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // What tests of the core and of those who use it share.
        .target(
            name: "CoreTesting", dependencies: ["Core", "Shared"], path: "Tests/CoreTesting", swiftSettings: strict),
        // Farms in virtual time in which everything goes wrong; the tests run some, `make simulate` as many as wanted.
        .target(
            name: "FaultSimulation", dependencies: ["Core", "Shared"], path: "Tests/FaultSimulation",
            swiftSettings: strict),
        .executableTarget(
            name: "simulate-faults", dependencies: ["Core", "FaultSimulation"], path: "Tests/SimulateFaults",
            swiftSettings: strict),
        .testTarget(
            name: "CoreTests", dependencies: ["Core", "CoreTesting", "FaultSimulation", "Shared"],
            resources: [.copy("Planning/gentoo-portage-stable.graph.txt")], swiftSettings: strict),
        .testTarget(
            name: "CoordinatorTests",
            dependencies: [
                "BinpkgTesting", "Binpkgs", "Coordinator", "Core", "CoreTesting", "FaultSimulation", "Shared",
                "WebFiles",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.copy("Store/Schemas")], swiftSettings: strict),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Worker", "Shared", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FarmctlTests",
            dependencies: [
                "Core", "Documents", "Farmctl", "ImageSteps", "Shared", "Stack", "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
