package dev.isobar.kv;

import dev.isobar.broker.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/// How a [KvPool] is set up.
///
/// *Immutable.*
///
/// @param name what people and the broker call the pool; not blank
/// @param resource the resource whose bytes it holds; must fit the space
/// @param shape what a block is made of
/// @param identity what the content of blocks depends on
/// @param group which group of the model's layers the pool holds, where there are several pools for one
///     model ([KvGroups]); at least 0. Enters the digests, unless it is 0
/// @param capacityBlocks how many blocks there may ever be; at least 1
/// @param blocksPerSegment how many blocks are taken from the space, and given back, at a time; divides
///     the capacity
/// @param policy which block goes first
/// @param caching whether blocks are kept after their release at all
/// @param minimumFreeBlocks what [KvPool#ensureRoom] leaves free; from 0 to the capacity - 1
/// @param targetFreeBlocks what it tries to leave free; at least the minimum
/// @param shares what tenants may have, by name; the others have [TenantShare#EQUAL]
/// @param secret of which salts are made; at least 16 bytes. Pools that shall share blocks across
///     processes need the same
/// @param events how many [KvEvent] of the pool and the tiers below it are kept for those who read them; 0 for
///     none at all
/// @param ghosts how many dropped blocks are remembered, for [KvPool#explain]; 0 for none
/// @param compareTokens whether the tokens of blocks are kept, four bytes each, and compared with those of a
///     prompt when a digest is found
/// @param copier copies half full blocks when two sequences go on from one
/// @param prefillCost how long tokens take to compute; [KvPolicy#COST] weighs blocks by it
/// @param nanoClock monotonic nanoseconds
@SuppressWarnings("ArrayRecordComponent") // copied in and out, never compared
public record KvPoolConfig(
        String name,
        Resource resource,
        KvShape shape,
        KvIdentity identity,
        int group,
        int capacityBlocks,
        int blocksPerSegment,
        KvPolicy policy,
        boolean caching,
        int minimumFreeBlocks,
        int targetFreeBlocks,
        Map<String, TenantShare> shares,
        byte[] secret,
        int events,
        int ghosts,
        boolean compareTokens,
        BlockCopier copier,
        PrefillCost prefillCost,
        LongSupplier nanoClock) {

    /// The most blocks of a pool: {@value}.
    public static final int MAX_BLOCKS = 1 << 26;

    private static final int MIN_SECRET_BYTES = 16;

    /// @throws IllegalArgumentException if something is blank or out of range
    public KvPoolConfig {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(copier, "copier");
        Objects.requireNonNull(prefillCost, "prefillCost");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (name.isBlank()) {
            throw new IllegalArgumentException("pool name must not be blank");
        }
        range("group", group, 0, Integer.MAX_VALUE);
        range("capacityBlocks", capacityBlocks, 1, MAX_BLOCKS);
        range("blocksPerSegment", blocksPerSegment, 1, capacityBlocks);
        if (capacityBlocks % blocksPerSegment != 0) {
            throw new IllegalArgumentException(
                    "blocksPerSegment must divide capacityBlocks: %d, %d"
                            .formatted(blocksPerSegment, capacityBlocks));
        }
        range("minimumFreeBlocks", minimumFreeBlocks, 0, capacityBlocks - 1);
        range("targetFreeBlocks", targetFreeBlocks, minimumFreeBlocks, capacityBlocks);
        range("events", events, 0, 1 << 24);
        range("ghosts", ghosts, 0, MAX_BLOCKS);
        shares = Map.copyOf(shares);
        secret = secret.clone();
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "the secret must have at least %d bytes: %d"
                            .formatted(MIN_SECRET_BYTES, secret.length));
        }
    }

    /// A copy of the secret.
    @Override
    public byte[] secret() {
        return secret.clone();
    }

    /// What the first block of every sequence has in the place of a parent.
    byte[] root() {
        KvIdentity ours = group == 0 ? identity : identity.with("kv.group", String.valueOf(group));
        return ours.root(shape);
    }

    /// Names no secret.
    @Override
    public String toString() {
        return "KvPoolConfig[name=%s, resource=%s, shape=%s, capacityBlocks=%d, policy=%s]"
                .formatted(name, resource, shape, capacityBlocks, policy);
    }

    /// A builder with everything set but the shape, the model and the size.
    public static Builder builder(KvShape shape, KvIdentity identity) {
        return new Builder(shape, identity);
    }

    private static void range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be from %d to %d: %d".formatted(name, least, most, value));
        }
    }

    /// Sets a pool up. *One thread only.*
    public static final class Builder {
        private static final long SEGMENT_BYTES = 32L << 20;
        private static final int SEGMENTS_AT_LEAST = 8;

        private final KvShape shape;
        private final KvIdentity identity;
        private final Map<String, TenantShare> shares = new HashMap<>();
        private String name = "kv";
        private Resource resource = Resource.HOST;
        private int group;
        private int capacityBlocks = 1024;
        private int blocksPerSegment;
        private KvPolicy policy = KvPolicy.LRU;
        private boolean caching = true;
        private int minimumFree;
        private int targetFree;
        private byte[] secret = RandomSecret.create();
        private int events;
        private int ghosts = 4096;
        private boolean compareTokens = true;
        private BlockCopier copier = BlockCopier.OF_THE_SPACE;
        private PrefillCost prefillCost = PrefillCost.DEFAULT;
        private LongSupplier nanoClock = System::nanoTime;

        private Builder(KvShape shape, KvIdentity identity) {
            this.shape = Objects.requireNonNull(shape, "shape");
            this.identity = Objects.requireNonNull(identity, "identity");
        }

        /// Default: `kv`.
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /// Default: [Resource#HOST].
        public Builder resource(Resource resource) {
            this.resource = resource;
            return this;
        }

        /// Default: 0, the only one.
        public Builder group(int number) {
            group = number;
            return this;
        }

        /// Default: 1024.
        public Builder capacityBlocks(int blocks) {
            capacityBlocks = blocks;
            return this;
        }

        /// The capacity in bytes: as many blocks as fit.
        public Builder capacityBytes(long bytes) {
            return capacityBlocks(
                    (int) Math.min(MAX_BLOCKS, Math.max(1, bytes / shape.bytesPerBlock())));
        }

        /// Default: up to 32 MiB, in at least eight segments; the capacity is rounded down to whole ones.
        public Builder blocksPerSegment(int blocks) {
            blocksPerSegment = blocks;
            return this;
        }

        /// Default: [KvPolicy#LRU].
        public Builder policy(KvPolicy policy) {
            this.policy = policy;
            return this;
        }

        /// Default: true.
        public Builder caching(boolean caching) {
            this.caching = caching;
            return this;
        }

        /// Default: 0 and 0.
        public Builder freeBlocks(int minimum, int target) {
            minimumFree = minimum;
            targetFree = target;
            return this;
        }

        /// What one tenant may have.
        public Builder share(String tenant, TenantShare share) {
            shares.put(tenant, share);
            return this;
        }

        /// Default: 32 random bytes, new for each builder.
        public Builder secret(byte[] secret) {
            this.secret = secret.clone();
            return this;
        }

        /// Default: 0, no events.
        public Builder events(int kept) {
            events = kept;
            return this;
        }

        /// Default: 4096.
        public Builder ghosts(int remembered) {
            ghosts = remembered;
            return this;
        }

        /// Default: true.
        public Builder compareTokens(boolean compare) {
            compareTokens = compare;
            return this;
        }

        /// Default: [BlockCopier#OF_THE_SPACE].
        public Builder copier(BlockCopier blockCopier) {
            copier = Objects.requireNonNull(blockCopier, "copier");
            return this;
        }

        /// Default: [PrefillCost#DEFAULT].
        public Builder prefillCost(PrefillCost cost) {
            prefillCost = Objects.requireNonNull(cost, "prefillCost");
            return this;
        }

        /// Default: [System#nanoTime()].
        public Builder nanoClock(LongSupplier nanoClock) {
            this.nanoClock = nanoClock;
            return this;
        }

        /// The settings collected so far.
        ///
        /// @throws IllegalArgumentException if something is out of range
        public KvPoolConfig build() {
            int perSegment = blocksPerSegment > 0 ? blocksPerSegment : defaultPerSegment();
            int capacity =
                    blocksPerSegment > 0
                            ? capacityBlocks
                            : capacityBlocks - capacityBlocks % perSegment;
            return new KvPoolConfig(
                    name,
                    resource,
                    shape,
                    identity,
                    group,
                    capacity,
                    perSegment,
                    policy,
                    caching,
                    minimumFree,
                    targetFree,
                    shares,
                    secret,
                    events,
                    ghosts,
                    compareTokens,
                    copier,
                    prefillCost,
                    nanoClock);
        }

        private int defaultPerSegment() {
            long fit = SEGMENT_BYTES / shape.bytesPerBlock();
            return (int) Math.max(1, Math.min(fit, capacityBlocks / SEGMENTS_AT_LEAST));
        }
    }
}
