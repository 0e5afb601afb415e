package dev.isobar.broker;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;

/// One source was asked to give bytes back; lasts as long as the ask.
@Name("dev.isobar.Relief")
@Label("Relief")
@Description("A source was asked to give bytes back")
@Category({"Isobar", "Broker"})
@StackTrace(false)
final class ReliefEvent extends Event {

    @Label("Source")
    String source = "";

    @Label("Resource")
    String resource = "";

    @Label("Tier")
    String tier = "";

    @Label("Pressure Before")
    @Percentage
    double pressure;

    @Label("Asked")
    @DataAmount
    long askedBytes;

    @Label("Freed")
    @DataAmount
    long freedBytes;

    @Label("Pending")
    @DataAmount
    long pendingBytes;

    @Label("Outcome")
    String outcome = "";

    @Label("Detail")
    String detail = "";

    /// Ends the event with what came of the ask.
    void commit(SourceSlot slot, PressureTier resourceTier, Decision.Asked asked) {
        end();
        if (shouldCommit()) {
            source = slot.name();
            resource = slot.resource().name();
            tier = resourceTier.label();
            pressure = asked.pressure();
            askedBytes = asked.askedBytes();
            freedBytes = asked.freedBytes();
            pendingBytes = asked.pendingBytes();
            outcome = asked.outcome().name();
            detail = asked.detail();
            commit();
        }
    }
}
