package dev.isobar.broker.admission;

/// Units that are held until [#close()].
///
/// *Safe for several threads.* What it holds goes back exactly once, however often and from wherever it
/// is closed.
public interface Grant extends AutoCloseable {

    /// Who holds it, as in the request.
    String holder();

    /// What it holds now; nothing once it is closed.
    Claim claim();

    /// Asks for more, at once or not at all. It goes before requests that wait, since whoever holds
    /// something has to finish before others can have it; and it never waits, since two that held
    /// something and waited for each other would wait for ever. A holder that is refused finishes with
    /// what it has, or is preempted: it closes its grant and asks again for the whole.
    ///
    /// @param extra what is wanted on top of what is held, all or none
    /// @return [AdmissionAnswer.Granted] with this grant; [AdmissionAnswer.Overloaded] or
    ///     [AdmissionAnswer.Impossible] if nothing was changed
    /// @throws IllegalStateException if the grant is closed
    /// @throws IllegalArgumentException if the claim names a supply of another admission
    AdmissionAnswer tryGrow(Claim extra);

    /// Gives a part back.
    ///
    /// @param less what is given back, at most what is held
    /// @throws IllegalStateException if the grant is closed
    /// @throws IllegalArgumentException if it is more than is held; nothing is given back then
    void shrink(Claim less);

    /// Says how many units of a measured supply are in use now: these its supplier no longer counts as
    /// free, so they are not held back a second time. To be called after they were taken, and before
    /// they are given back.
    ///
    /// @param supply a measured supply
    /// @param amount how many in all; more than was granted counts as what was granted
    /// @throws IllegalArgumentException if the supply is counted or of another admission, or `amount` is
    ///     negative
    /// @throws IllegalStateException if the grant is closed
    void used(Supply supply, long amount);

    /// Whether it still holds what was granted.
    boolean isOpen();

    /// Gives everything back, and lets those who waited for it have it. Later calls do nothing.
    @Override
    void close();
}
