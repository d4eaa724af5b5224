import Hummingbird

/// All that the coordinator serves besides binhosts: the page, what it asks, and what watches the coordinator.
struct WebRoutes: Sendable {
    let dispatcher: Dispatcher
    /// nil: nothing can be done from the page.
    let operatorToken: OperatorToken?

    // First parts of paths that no farm may have for its name: FarmName.taken.
    func add(to router: Router<some RequestContext>) {
        let inquiry = Inquiry(dispatcher: dispatcher)
        router.add(middleware: APIAddresses())
        PageRoutes().add(to: router)
        APIRoutes(inquiry: inquiry).add(to: router)
        TableRoutes(inquiry: inquiry).add(to: router)
        GraphRoutes(inquiry: inquiry).add(to: router)
        LogRoutes(inquiry: inquiry).add(to: router)
        DiffRoutes(inquiry: inquiry).add(to: router)
        EventRoutes(inquiry: inquiry).add(to: router)
        ActionRoutes(inquiry: inquiry, token: operatorToken).add(to: router)
        HealthRoutes(dispatcher: dispatcher).add(to: router)
        MetricsRoutes(dispatcher: dispatcher).add(to: router)
    }
}
