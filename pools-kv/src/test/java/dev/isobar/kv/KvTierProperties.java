package dev.isobar.kv;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.ListArbitrary;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/// Two tenants on a small pool above two small tiers: open, append, fork, truncate, close, reclaim, limits,
/// offload, load, corruption below, and reset, in any order, and a router that listens now and then. [KvTierModel] says what must hold after each.
class KvTierProperties {

    private static final Arbitrary<Integer> ANY = Arbitraries.integers().between(0, 1_000);

    @Property(tries = 1_000)
    void anyOrder_keepsBytesWithTheirOwner(@ForAll("chains") ActionChain<KvTierModel> chain) {
        chain.withInvariant("counts", KvTierModel::checkCounts)
                .withInvariant("bytes", KvTierModel::checkBytes)
                .run()
                .close();
    }

    @Provide
    Arbitrary<ActionChain<KvTierModel>> chains() {
        return Arbitraries.of(KvPolicy.class).flatMap(KvTierProperties::chain);
    }

    private static Arbitrary<ActionChain<KvTierModel>> chain(KvPolicy policy) {
        return ActionChain.startWith(() -> new KvTierModel(policy))
                .withAction(
                        6,
                        step(
                                Combinators.combine(ANY, tokens(12))
                                        .as((tenant, prompt) ->
                                                Transformer.mutate(
                                                        "open " + tenant % 2 + prompt,
                                                        model -> model.open(tenant, prompt)))))
                .withAction(
                        3, step(ANY.map(which -> act("open again", which, KvTierModel::reopen))))
                .withAction(
                        4,
                        step(
                                Combinators.combine(ANY, tokens(5))
                                        .as((which, more) ->
                                                Transformer.mutate(
                                                        "append " + which + more,
                                                        model -> model.append(which, more)))))
                .withAction(1, step(ANY.map(which -> act("fork", which, KvTierModel::fork))))
                .withAction(1, step(ANY.map(which -> act("abort", which, KvTierModel::abort))))
                .withAction(
                        1, step(ANY.map(which -> act("truncate", which, KvTierModel::truncate))))
                .withAction(5, step(ANY.map(which -> act("close", which, KvTierModel::close))))
                .withAction(2, step(ANY.map(bytes -> act("reclaim", bytes, KvTierModel::reclaim))))
                .withAction(1, step(ANY.map(pages -> act("limit", pages, KvTierModel::limit))))
                .withAction(2, step(ANY.map(which -> act("offload", which, KvTierModel::offload))))
                .withAction(2, step(ANY.map(which -> act("load", which, KvTierModel::load))))
                .withAction(1, step(ANY.map(slot -> act("corrupt", slot, KvTierModel::corrupt))))
                .withAction(1, step(ANY.map(any -> act("reset", any, KvTierModel::reset))))
                .withAction(4, step(ANY.map(any -> act("hear", any, (model, _) -> model.hear()))))
                .withMaxTransformations(80);
    }

    private static ListArbitrary<Integer> tokens(int most) {
        return Arbitraries.integers().between(0, 1).list().ofMinSize(1).ofMaxSize(most);
    }

    private interface Act {
        void on(KvTierModel model, int number);
    }

    private static Transformer<KvTierModel> act(String name, int number, Act act) {
        return Transformer.mutate(name + " " + number, model -> act.on(model, number));
    }

    private static Action.Independent<KvTierModel> step(
            Arbitrary<Transformer<KvTierModel>> transformer) {
        return () -> transformer;
    }

    /// Names the type for readers of a failure.
    @Property(tries = 1)
    void emptyModel_holds() {
        for (KvPolicy policy : List.of(KvPolicy.LRU, KvPolicy.COST)) {
            KvTierModel model = new KvTierModel(policy);
            model.checkCounts();
            model.close();
        }
    }
}
