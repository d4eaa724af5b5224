internal import Shared

/// The script that makes an image in a container: it unpacks what came with the task and runs that.
struct ImageScript: Sendable {
    let task: ImageTask

    private static let place = "/tmp/binfarm-image"

    var text: String {
        """
        #!/bin/bash
        # Written by binfarm: makes an image of a farm.
        \(ShellScript.beginning)
        \(ShellScript.usage)
        install -d \(Self.place) && tar --no-same-owner -xf \(ContainerLayout.context) -C \(Self.place) || exit 1
        export JOBS=\(task.jobs) SNAPSHOT=\(task.snapshot == nil ? "" : ContainerLayout.snapshot)
        # Its status is this script's.
        \(Self.place)/make

        """
    }
}
