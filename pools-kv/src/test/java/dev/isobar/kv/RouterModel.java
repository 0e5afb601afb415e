package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a router knows of a pool and the tiers below it, from an index and events alone.
final class RouterModel {

    /// What it was told of a block.
    record Block(
            int group,
            @Nullable String parent,
            List<Integer> tokens,
            String tenant,
            @Nullable String adapter) {}

    private final Map<String, Map<String, Block>> media = new TreeMap<>();
    private long number;
    private int begun;

    /// How often it had to begin with an index.
    int begun() {
        return begun;
    }

    /// What it knows of a medium, by digest.
    Map<String, Block> in(String medium) {
        return media.computeIfAbsent(medium, _ -> new HashMap<>());
    }

    /// Hears what is new, or begins again if something of it is gone.
    void follow(KvPool pool) {
        Optional<List<KvEvent>> more = begun == 0 ? Optional.empty() : pool.eventsAfter(number);
        more.ifPresentOrElse(events -> events.forEach(this::hear), () -> begin(pool.index()));
    }

    /// Hears the events that an index has in it, and no more.
    void followTo(KvPool pool, KvIndexSnapshot index) {
        List<KvEvent> events = pool.eventsAfter(number).orElseThrow();
        events.stream().filter(each -> each.number() <= index.number()).forEach(this::hear);
    }

    void begin(KvIndexSnapshot index) {
        media.clear();
        index.blocks().forEach(this::stored);
        number = index.number();
        begun++;
    }

    private void hear(KvEvent event) {
        assertThat(event.number()).isEqualTo(number + 1);
        number = event.number();
        switch (event) {
            case KvEvent.Stored stored -> stored(stored);
            case KvEvent.Removed removed ->
                    assertThat(in(removed.medium()).remove(removed.digest()))
                            .as("%s", removed)
                            .isNotNull()
                            .extracting(Block::tenant, Block::group)
                            .containsExactly(removed.tenant(), removed.group());
            case KvEvent.Cleared cleared -> in(cleared.medium()).clear();
        }
    }

    private void stored(KvEvent.Stored stored) {
        String parent = stored.parent();
        int perBlock = stored.tokens().size() / stored.digests().size();
        for (int at = 0; at < stored.digests().size(); at++) {
            List<Integer> tokens = stored.tokens().subList(at * perBlock, (at + 1) * perBlock);
            Block block =
                    new Block(stored.group(), parent, tokens, stored.tenant(), stored.adapter());
            String digest = stored.digests().get(at);
            assertThat(in(stored.medium()).put(digest, block)).as("%s", stored).isNull();
            parent = digest;
        }
    }

    /// It knows exactly what an index says.
    void assertKnows(KvIndexSnapshot index) {
        RouterModel other = new RouterModel();
        other.begin(index);
        assertThat(number).isEqualTo(index.number());
        for (String medium : Set.copyOf(media.keySet())) {
            assertThat(in(medium)).isEqualTo(other.in(medium));
        }
        assertThat(media.keySet()).containsAll(other.media.keySet());
    }

    /// It knows exactly what is there, and the sums are those of its own digests.
    void assertInStep(KvPool pool) {
        assertKnows(pool.index());
        KvIndexSums sums = pool.sums();
        assertThat(sums.number()).isEqualTo(number);
        sums.byMedium()
                .forEach((medium, sum) -> {
                    assertThat(sum).as(medium).isEqualTo(sum(in(medium).keySet()));
                    assertThat(sum).isEqualTo(KvIndexSums.of(in(medium).keySet()));
                });
        media.forEach((medium, blocks) ->
                assertThat(sums.byMedium().containsKey(medium) || blocks.isEmpty()).isTrue());
        media.values().forEach(each -> each.forEach(RouterModel::assertDigestIsThatOf));
    }

    /// The digest of a block behind another one follows from its parent and its tokens.
    private static void assertDigestIsThatOf(String digest, Block block) {
        if (block.parent() != null && !block.tokens().isEmpty() && block.adapter() == null) {
            int[] tokens = block.tokens().stream().mapToInt(Integer::intValue).toArray();
            byte[] parent = HexFormat.of().parseHex(block.parent());
            byte[] expected = PlainDigests.digest(parent, tokens, new byte[0]);
            assertThat(digest).isEqualTo(HexFormat.of().formatHex(expected));
        }
    }

    /// How many tokens from the beginning on it would find in a medium.
    int match(String medium, KvPrompt prompt, int perBlock) {
        List<Integer> tokens = Arrays.stream(prompt.tokens()).boxed().toList();
        Map<Block, String> byBlock =
                in(medium).entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        String parent = null;
        int found = 0;
        while (found + perBlock < tokens.size()) {
            Block next =
                    new Block(
                            0,
                            parent,
                            tokens.subList(found, found + perBlock),
                            prompt.tenant(),
                            prompt.context().adapter());
            parent = byBlock.get(next);
            if (parent == null) {
                break;
            }
            found += perBlock;
        }
        return found;
    }

    private static String sum(Set<String> digests) {
        StringBuilder sum = new StringBuilder();
        for (int word = 0; word < 4; word++) {
            int from = 16 * word;
            long total =
                    digests.stream()
                            .mapToLong(each ->
                                    Long.parseUnsignedLong(each.substring(from, from + 16), 16))
                            .sum();
            sum.append("%016x".formatted(total));
        }
        return sum.toString();
    }
}
