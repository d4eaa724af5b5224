/// A variable of HEP-Soft's Makefile, and its place here (docs/from-hep-soft.md).
struct HepSoftVariable {
    let name: String
    /// Of the farm file; nil when it has no place there.
    var key: String?
    /// Where it belongs, otherwise.
    let advice: String

    static let all = [
        HepSoftVariable(name: "PLATFORM", key: "platform", advice: "write `platform`"),
        HepSoftVariable(name: "BINFARM_TYPE", key: "type", advice: "write `type`"),
        HepSoftVariable(name: "STAGE3_TAG", key: "stage3", advice: "write `stage3`"),
        HepSoftVariable(name: "PORTAGE_TAG", key: "portage", advice: "write `portage`"),
        HepSoftVariable(name: "GENTOO_PROFILE", key: "profile", advice: "write `profile`"),
        HepSoftVariable(
            name: "BUILD_NPROC", key: "jobs",
            advice:
                "leave it out: each build is told by its worker how many cores it has; `jobs` is for who emerges by hand"
        ),
        HepSoftVariable(
            name: "DOCKER",
            advice: "`engine` of each host's worker.yaml; a worker finds out by itself how containers run"),
        HepSoftVariable(name: "TMP_DIR", advice: "leave it out: `farmctl farm tree` writes where --output says"),
        HepSoftVariable(
            name: "PKGS_LOCAL_DIR", advice: "`state` of coordinator.yaml: a farm's packages are in STATE/binhosts/FARM"),
        HepSoftVariable(
            name: "PKGBUILD_DOCKER_OPTS",
            advice:
                "`engine` of worker.yaml takes options; large builds have their work directories on the disk by themselves"
        ),
        HepSoftVariable(name: "REMOTE_HOST", advice: "`farmctl publish FARM HOST:DIRECTORY`"),
        HepSoftVariable(name: "REMOTE_DIR", advice: "`farmctl publish FARM HOST:DIRECTORY`"),
        HepSoftVariable(
            name: "PORTAGE_BINHOST",
            advice:
                "leave it out: what the farm has is not built again; another's binhost is one of `upstreams`: {binhost: ADDRESS, keys: …}"
        ),
        HepSoftVariable(
            name: "RELEASE_IMAGE_NAME", advice: "name the image's place at `farmctl image push`"),
    ]
}
