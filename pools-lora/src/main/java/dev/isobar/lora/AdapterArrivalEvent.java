package dev.isobar.lora;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// An adapter was brought into a tier; lasts from the request until it is there.
@Name("dev.isobar.AdapterArrival")
@Label("Adapter Arrival")
@Description("A LoRA adapter was brought to where it was wanted")
@Category({"Isobar", "LoRA"})
@StackTrace(false)
final class AdapterArrivalEvent extends Event {

    @Label("Adapter")
    String adapter = "";

    @Label("Tier")
    String tier = "";

    @Label("From")
    String origin = "";

    @Label("Size")
    @DataAmount
    long bytes;

    @Label("Brought")
    @Description("The bytes that were not still in place")
    @DataAmount
    long broughtBytes;

    @Label("Evicted")
    @Description("What went for it")
    String evicted = "";

    @Label("Load Time")
    @Timespan
    long loadNanos;

    /// Ends the event with what came.
    void commit(String where, ResidentAdapter resident, Arrival arrival) {
        end();
        if (shouldCommit()) {
            adapter = resident.name();
            tier = where;
            origin = resident.origin().name();
            bytes = resident.bytes();
            broughtBytes = arrival.broughtBytes();
            evicted = String.join(", ", arrival.evicted().stream().map(Evicted::name).toList());
            loadNanos = arrival.loadNanos();
            commit();
        }
    }
}
