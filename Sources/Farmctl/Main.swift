@main
struct FarmctlMain {
    static func main() {}
}
