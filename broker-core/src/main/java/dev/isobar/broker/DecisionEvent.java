package dev.isobar.broker;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;

/// One pass in which somebody was asked; lasts as long as the pass.
@Name("dev.isobar.Decision")
@Label("Decision")
@Description("The broker relieved at least one resource")
@Category({"Isobar", "Broker"})
@StackTrace(false)
final class DecisionEvent extends Event {

    @Label("Id")
    long id;

    @Label("Trigger")
    String trigger = "";

    @Label("Policy")
    String policy = "";

    @Label("Tier")
    String tier = "";

    @Label("Pressure Before")
    @Percentage
    double pressure;

    @Label("Sources Asked")
    int asked;

    @Label("Freed")
    @DataAmount
    long freedBytes;

    /// Ends the event with what was decided.
    void commit(Decision decision) {
        end();
        if (shouldCommit()) {
            id = decision.id();
            trigger = decision.trigger().name();
            policy = decision.policy();
            tier = decision.tier().label();
            pressure = decision.pressure();
            asked = decision.resources().stream().mapToInt(r -> r.asked().size()).sum();
            freedBytes = decision.bytesFreed();
            commit();
        }
    }
}
