package dev.isobar.examples.kv;

/// A piece of work for several agents and one pool.
///
/// *One use.* Its agents call it from threads of their own.
interface Phase {

    /// What it is called in tables.
    String name();

    /// How many agents work in it; at least 1.
    int agents();

    /// How many requests they make in all, those included that are given up.
    int requests();

    /// Does the work of one agent.
    ///
    /// @param agent which, from 0
    /// @param engine answers requests
    void work(int agent, Engine engine) throws InterruptedException;
}
