import Glibc
import Shared
import SystemPackage
import Testing

/// The binfarm image that tests run real builds in: a file made by `deploy/images/build-image` with the overlay
/// `examples/faults`, named by the environment variable BINFARM_TEST_IMAGE.
enum TestImage {
    static var archive: FilePath? { getenv("BINFARM_TEST_IMAGE").map { FilePath(String(cString: $0)) } }

    static var isThere: Bool { archive.map { FileStatus.exists($0) } ?? false }
}

extension Trait where Self == ConditionTrait {
    /// For tests that need a container engine and an image.
    static var needsImage: Self {
        .enabled(if: TestImage.isThere, "set BINFARM_TEST_IMAGE to an image archive that has examples/faults")
    }
}
